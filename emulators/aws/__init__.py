"""AWS on your own desk: moto, and over it what AWS does and moto does not.

Client tokens, states that lag, faults by rule, refusals of what does not exist, an honest 501
for what is not offered, and a cloud that is still there after a restart.

`python -m emulators.aws --port 4566 --state .grunnmur/aws` serves it; `serve()` does so from a
thread, for tests. Offered in earnest are EC2, S3 and RDS over moto, and Direct Connect and
WorkSpaces, which are written here; moto's other services answer as moto does.
"""

from __future__ import annotations

from emulators.aws.server import Running, serve

__all__ = ["Running", "serve"]
