"""What we use of Prefect that is not public is still there, and its absence is survived."""

from __future__ import annotations

import ast
import inspect
import logging
import re
import sys

import pytest
from prefect import flow_engine
from prefect.workers.base import BaseJobConfiguration, BaseWorker
from prefect.workers.process import ProcessWorker

from flows import prefect_private, serving
from flows.in_process import InProcessConfiguration, InProcessWorker


@pytest.fixture
def restored(monkeypatch):
    """What install() replaces is put back after the test."""
    watch = flow_engine.observe_flow_run_suspension
    monkeypatch.setattr(flow_engine, "observe_flow_run_suspension", watch)


def test_the_engine_still_watches_each_run_by_that_name():
    setup = flow_engine.BaseFlowRunEngine.setup_flow_run_suspension_request
    assert "observe_flow_run_suspension(" in inspect.getsource(setup)


def test_the_stock_watch_is_still_a_context_of_its_own():
    stock = inspect.unwrap(prefect_private.flow_engine.observe_flow_run_suspension)
    assert list(inspect.signature(stock).parameters)[:1] in (["flow_run_id"], ["_args"])


def test_a_run_is_still_prepared_with_all_settings_which_a_thread_does_without():
    prepare = inspect.getsource(BaseJobConfiguration.prepare_for_flow_run)
    assert "self._base_environment()" in prepare
    assert BaseJobConfiguration._base_environment()  # noqa: SLF001 - what ours leaves out
    assert InProcessConfiguration._base_environment() == {}  # noqa: SLF001 - ours


def test_installed_it_costs_no_thread(restored):
    prefect_private.install()
    with flow_engine.observe_flow_run_suspension("run", "request", polling_interval=1):
        pass


def test_a_prefect_without_it_runs_all_the_same_and_says_so(restored, monkeypatch, caplog):
    monkeypatch.delattr(flow_engine, "observe_flow_run_suspension")

    with caplog.at_level(logging.WARNING):
        make = serving.worker_maker("grunnmur", "one", 4, stock=False)

    assert "observe_flow_run_suspension is gone" in caplog.text
    assert callable(make)


def test_a_prefect_that_ours_does_not_fit_gets_its_own_worker_and_says_so(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "flows.in_process", None)
    monkeypatch.setenv("PYTHONPATH", "")

    with caplog.at_level(logging.WARNING):
        worker = serving.worker_maker("grunnmur", "one", 4, stock=False)()

    assert isinstance(worker, ProcessWorker)
    assert "ours does not fit this Prefect" in caplog.text


def test_our_worker_uses_nothing_private_of_its_parent():
    (tree,) = ast.parse(inspect.getsource(InProcessWorker)).body
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr)
    }
    stock = ProcessWorker("pool")
    private = {name for name in {*dir(BaseWorker), *vars(stock)} if re.match("_[a-z]", name)}
    assert asked, "the test looks at the right class"
    assert asked & private == set()


def test_our_worker_takes_no_stock_workers_place_in_the_registry():
    assert BaseWorker.get_worker_class_from_type("process") is ProcessWorker
    assert InProcessWorker.type == "process"
