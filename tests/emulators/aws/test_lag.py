"""Machines take their time, on the injected clock, and refuse what their state does not allow."""

import pytest


@pytest.fixture
def machine(ec2, aws_emulator):
    id_ = ec2.run()["InstanceId"]
    assert ec2.state(id_) == "pending"
    aws_emulator.settle()
    assert ec2.state(id_) == "running"
    return id_


def test_nothing_happens_before_its_time(ec2, aws_emulator):
    id_ = ec2.run()["InstanceId"]
    aws_emulator.clock.now += 0.99
    assert ec2.state(id_) == "pending"
    aws_emulator.clock.now += 0.01
    assert ec2.state(id_) == "running"


def test_stopping_and_starting_take_their_time(ec2, aws_emulator, machine):
    told = ec2.client.stop_instances(InstanceIds=[machine])["StoppingInstances"][0]
    assert (told["PreviousState"]["Name"], told["CurrentState"]["Name"]) == ("running", "stopping")
    assert ec2.state(machine) == "stopping"
    aws_emulator.settle()
    assert ec2.state(machine) == "stopped"
    ec2.client.start_instances(InstanceIds=[machine])
    assert ec2.state(machine) == "pending"
    aws_emulator.settle()
    assert ec2.state(machine) == "running"


def test_a_filter_on_states_sees_the_state_of_now(ec2, aws_emulator):
    id_ = ec2.run()["InstanceId"]
    assert (ec2.ids("pending"), ec2.ids("running")) == ([id_], [])
    aws_emulator.settle()
    assert (ec2.ids("pending"), ec2.ids("running")) == ([], [id_])


def test_terminating_twice_changes_nothing_and_the_machine_is_forgotten_later(
    ec2, aws_emulator, machine
):
    ec2.client.terminate_instances(InstanceIds=[machine])
    assert ec2.state(machine) == "shutting-down"
    aws_emulator.settle()
    told = ec2.client.terminate_instances(InstanceIds=[machine])["TerminatingInstances"][0]
    assert told["PreviousState"]["Name"] == "terminated"
    found = ec2.machine(machine)
    assert found["State"]["Name"] == "terminated"
    assert found["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    aws_emulator.clock.now += 3601
    assert ec2.ids() == []
    tagged = ec2.client.describe_tags(Filters=[{"Name": "resource-id", "Values": [machine]}])
    assert tagged["Tags"] == []


def test_a_state_refuses_what_ec2_refuses_in_it(ec2, aws_emulator, machine, refusal):
    wrong = "IncorrectInstanceState"
    size = {"Value": "t3.small"}
    change = ec2.client.modify_instance_attribute
    assert refusal(change, InstanceId=machine, InstanceType=size)[0] == wrong
    ec2.client.stop_instances(InstanceIds=[machine])
    assert refusal(ec2.client.start_instances, InstanceIds=[machine])[0] == wrong
    aws_emulator.settle()
    change(InstanceId=machine, InstanceType=size)
    assert ec2.machine(machine)["InstanceType"] == "t3.small"
    ec2.client.terminate_instances(InstanceIds=[machine])
    assert refusal(ec2.client.stop_instances, InstanceIds=[machine])[0] == wrong


def test_the_sdk_waits_for_a_machine_as_it_does_for_a_real_one(ec2, aws_emulator):
    id_ = ec2.run()["InstanceId"]
    aws_emulator.settle()
    waiter = ec2.client.get_waiter("instance_running")
    waiter.wait(InstanceIds=[id_], WaiterConfig={"Delay": 0, "MaxAttempts": 3})
