"""The parts of the embedded product, and what each is told through its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cli import clouds
from cli.addresses import Addresses
from cli.home import Home
from cli.ports import HOST
from cli.pulse import by_file, over_http
from cli.supervisor import Part

CLIENT = "grunnmur-portal"
PROGRAM = "grunnmur-cli"
SENDER = "grunnmur@localhost.example"

# What a person's shell may hold and the embedded product must not follow: other clouds'
# accounts, other Prefect servers, proxies that would carry loopback traffic away.
FOREIGN = ("AWS_", "PREFECT_", "GRUNNMUR_", "PYTHONHOME", "GOOGLE_", "AZURE_", "CLOUDSDK_", "IBM")
# What each part answers quickly and without a trace, asked to see whether it hangs.
HEALTH = {
    "signin": "/.well-known/openid-configuration",
    "prefect": "/api/health",
    "portal": "/static/app.css",
}
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def environment(home: Home, addresses: Addresses, outer: Mapping[str, str]) -> dict[str, str]:
    """What all parts share; `outer` is the environment of the supervisor."""
    kept = {
        name: value
        for name, value in outer.items()
        if not name.startswith(FOREIGN) and name.lower() not in PROXIES
    }
    return kept | {
        "NO_PROXY": "*",
        "PYTHONUNBUFFERED": "1",
        # A person's own accounts, and whatever is wrong in their files, are none of ours.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_HOME": str(home.folder / "prefect"),
        "PREFECT_API_URL": f"{addresses.of('prefect')}/api",
        "GRUNNMUR_HOME": str(home.folder),
        "GRUNNMUR_PROFILE": "demo",
        "GRUNNMUR_LEDGER_URL": home.ledger_url,
        "GRUNNMUR_PORTAL_URL": addresses.of("portal"),
        "GRUNNMUR_PREFECT_UI_URL": addresses.of("prefect"),
    }


def parts(
    home: Home, addresses: Addresses, outer: Mapping[str, str], approvals: str = ""
) -> dict[str, Part]:
    """Every part by name; `approvals` names the file with the rules of who approves what."""
    shared = environment(home, addresses, outer)
    sign_in = {
        "GRUNNMUR_OIDC_ISSUER": addresses.of("signin"),
        "GRUNNMUR_OIDC_CLIENT_ID": CLIENT,
        "GRUNNMUR_OIDC_CLIENT_SECRET": home.secret(CLIENT),
    }
    program = {
        "GRUNNMUR_CLI_CLIENT_ID": PROGRAM,
        "GRUNNMUR_CLI_CLIENT_SECRET": home.secret(PROGRAM),
    }
    metrics = {"GRUNNMUR_METRICS_TOKEN": home.secret("metrics")}
    # Listeners on this machine may be told of orders; nobody is called elsewhere.
    hub = {"GRUNNMUR_HUB_HOSTS": HOST, "GRUNNMUR_HUB_SECRET": home.secret("hub")}

    # Mails stay on this machine, where a person can look at them.
    mail = {
        "GRUNNMUR_MAIL_FOLDER": str(home.mail),
        "GRUNNMUR_MAIL_FROM": SENDER,
        "GRUNNMUR_MAIL_HOURS": "always",  # who tries the product may do so in the evening
    }

    def part(name: str, title: str, command: Sequence[str], more: Mapping[str, str]) -> Part:
        return Part(
            name=name,
            title=title,
            command=[sys.executable, "-P", "-m", *command],
            environment={**shared, **more},
            address=addresses.of(name) if name in addresses.ports else "",
            ask=over_http(addresses.of(name) + HEALTH[name]) if name in HEALTH else None,
        )

    def serving(name: str, module: str, *arguments: str) -> list[str]:
        return [module, "--port", str(addresses.ports[name]), *arguments]

    heartbeat = home.folder / "worker.beat"
    worker = {**clouds.settings(home, addresses), "GRUNNMUR_HEARTBEAT": str(heartbeat)}
    callback = f"{addresses.of('portal')}/signin/callback"
    made = [
        replace(
            part("clouds", "Emulated clouds", clouds.command(home, addresses), {}),
            doors=clouds.doors(addresses),
            ask=over_http(addresses.of("aws") + "/_emulator/health"),
        ),
        part(
            "signin",
            "Sign-in provider",
            serving(
                "signin",
                "emulators.signin",
                f"--state={home.folder / 'signin'}",
                f"--redirect={callback}",
            ),
            sign_in | program,
        ),
        part("prefect", "Prefect server", serving("prefect", "flows.server"), {}),
        replace(part("deploy", "Prefect deployments", ["flows.deploy"], {}), once=True),
        replace(part("catalog", "Catalogue", ["cli", "catalog", "check"], worker), once=True),
        replace(
            part("worker", "Worker", ["flows.worker"], worker),
            ask=by_file(heartbeat),
        ),
        part(
            "portal",
            "Portal",
            serving("portal", "portal"),
            sign_in | hub | mail | metrics | {"GRUNNMUR_APPROVAL_RULES": approvals},
        ),
    ]
    return {one.name: one for one in made}
