"""Client tokens: the same request under the same token is done once."""

from concurrent.futures import ThreadPoolExecutor


def test_the_same_token_is_one_machine(ec2):
    first, second = ec2.run("t-1"), ec2.run("t-1")
    assert first["InstanceId"] == second["InstanceId"]
    assert first["ClientToken"] == "t-1"
    assert len(ec2.ids()) == 1


def test_another_token_is_another_machine(ec2):
    assert ec2.run("t-1")["InstanceId"] != ec2.run("t-2")["InstanceId"]


def test_the_same_token_at_the_same_time_is_one_machine(ec2):
    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(lambda _: ec2.run("t-1")["InstanceId"], range(12)))
    assert len(ids) == 1
    assert ec2.ids() == list(ids)


def test_a_repeated_request_tells_how_the_machine_is_now(ec2, aws_emulator):
    assert ec2.run("t-1")["State"]["Name"] == "pending"
    aws_emulator.settle()
    assert ec2.run("t-1")["State"]["Name"] == "running"


def test_a_token_with_other_arguments_is_refused(ec2, refusal):
    ec2.run("t-1")
    code = refusal(ec2.run, "t-1", "t3.small")
    assert code[:2] == ("IdempotentParameterMismatch", 400)
    assert len(ec2.ids()) == 1


def test_a_token_belongs_to_its_region(ec2, aws_emulator):
    elsewhere = type(ec2)(aws_emulator.client("ec2", "eu-central-1"))
    assert ec2.run("t-1")["InstanceId"] != elsewhere.run("t-1")["InstanceId"]
    assert (len(ec2.ids()), len(elsewhere.ids())) == (1, 1)


def test_the_token_of_a_terminated_machine_is_refused_for_good(ec2, aws_emulator, refusal):
    id_ = ec2.run("t-1")["InstanceId"]
    ec2.client.terminate_instances(InstanceIds=[id_])
    assert ec2.run("t-1")["State"]["Name"] == "shutting-down"
    aws_emulator.settle()
    assert refusal(ec2.run, "t-1")[0] == "IdempotentInstanceTerminated"
    aws_emulator.clock.now += 4000
    assert ec2.ids() == []
    assert refusal(ec2.run, "t-1")[0] == "IdempotentInstanceTerminated"


def test_a_refused_request_leaves_its_token_free(ec2, refusal):
    assert refusal(ec2.run, "t-1", "t9.mega")[0] == "InvalidParameterValue"
    assert ec2.run("t-1")["InstanceId"]


def test_a_token_that_is_too_long_is_refused(ec2, refusal):
    assert refusal(ec2.run, "t" * 65)[0] == "InvalidParameterValue"


def test_tokens_hold_for_other_operations_too(aws_emulator):
    ec2 = aws_emulator.client("ec2")
    made = [
        ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1, ClientToken="v")["VolumeId"]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    efs = aws_emulator.client("efs")
    systems = {efs.create_file_system(CreationToken="f")["FileSystemId"] for _ in "ab"}
    assert len(systems) == 1
