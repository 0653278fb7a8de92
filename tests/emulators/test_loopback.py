"""The server under the Google and Azure emulators."""

from __future__ import annotations

import http.client
from contextlib import closing

from emulators import loopback


def answer(request: loopback.Request) -> loopback.Answer:
    return loopback.Answer(200, {}, request.path.encode())


def test_a_port_is_had_again_though_an_old_connection_has_not_ended() -> None:
    first = loopback.serve(answer)
    port = int(first.url.rpartition(":")[2])
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as caller:
        caller.request("GET", "/before")
        assert caller.getresponse().read() == b"/before"
        first.close()  # it hung up, the caller has not

        again = loopback.serve(answer, port)
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as other:
            other.request("GET", "/after")
            assert other.getresponse().read() == b"/after"
        again.close()
