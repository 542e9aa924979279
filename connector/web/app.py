"""The application: routes, gate, limits and headers put together over a service that is handed in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import ExitStack

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from connector.pipeline.audit import acting
from connector.web import (
    choices,
    deliveries,
    health,
    hooks,
    interactions,
    judging,
    leads,
    models,
    polling,
    problems,
    qualified,
    requestlog,
    runs,
    subscriptions,
    tasks,
    verdicts,
)
from connector.web.access import Caller, UnauthenticatedError
from connector.web.auth import KEY_HEADER, Security
from connector.web.headers import SECURITY_HEADERS, STRICT_TRANSPORT
from connector.web.hooksecrets import HEADER, presented_by
from connector.web.limits import Limits, Rates
from connector.web.problems import RETRY_AFTER_S, ProblemError
from connector.web.roles import ROUTES, Door
from connector.web.service import Service

API = "/api/v1"
HOOKS = "/hooks"
VERDICTS = "/verdicts"


def create_app(
    service: Service,
    security: Security,
    *,
    limits: Limits | None = None,
    public_url: str | None = None,
    proxies: int = 0,
    clock: Callable[[], float] = time.monotonic,
    observe: requestlog.Observe | None = None,
) -> Flask:
    """Build the WSGI application.

    `public_url` (https) stands before every Location; without it they are paths, never taken from the Host header.
    `proxies` is how many of them, before us, are believed in who called (X-Forwarded-For), and in nothing else. `clock`
    is monotonic seconds, for the rates; `observe` is told of every request. Raises RuntimeError for a route
    that the table of roles does not name.
    """
    limits = limits or Limits()
    app = Flask("connector.web", static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=limits.body_bytes,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    if proxies:
        trusting = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0)
        app.wsgi_app = trusting  # type: ignore[method-assign]  # Flask's documented way
    app.url_map.merge_slashes = False  # one address for each thing: no redirects
    app.url_map.redirect_defaults = False
    requestlog.install(app, observe)
    problems.install(app)
    rates, anonymous = (Rates(limits.calls_per_minute, clock) for _ in range(2))
    app.before_request(_gate(security, rates, anonymous))
    app.after_request(_secure(public_url))
    app.teardown_request(_stops_acting)
    _add_routes(app, service, limits, (public_url or "").rstrip("/"))
    if unlisted := {rule.endpoint for rule in app.url_map.iter_rules()} ^ set(ROUTES):
        raise RuntimeError(f"routes and the table of roles differ: {', '.join(sorted(unlisted))}")
    return app


def _add_routes(app: Flask, service: Service, limits: Limits, root: str) -> None:
    """Register every resource; `root` stands before the addresses that answers name."""
    app.register_blueprint(health.routes(service))
    app.register_blueprint(hooks.routes(service, limits), url_prefix=HOOKS)
    app.register_blueprint(verdicts.routes(service), url_prefix=VERDICTS)
    for blueprint in (
        runs.routes(service, limits, root, API),
        tasks.routes(service, limits),
        leads.routes(service, root),
        judging.routes(service, limits),
        interactions.routes(service, limits),
        qualified.routes(service, limits, root),
        models.routes(service, limits, root),
        deliveries.routes(service, root),
        choices.routes(service),
        subscriptions.routes(service, limits, root, API),
        polling.routes(service, root),
    ):
        app.register_blueprint(blueprint, url_prefix=API)


def _gate(security: Security, rates: Rates, anonymous: Rates) -> Callable[[], None]:
    """Decide who may go on, before any id, body or content type is looked at."""

    def check() -> None:
        endpoint = request.endpoint
        if endpoint is None and not request.path.startswith(API):
            return  # 404 or 405 of an address that is open
        needed = ROUTES[endpoint] if endpoint else None
        if endpoint and needed is None:
            return
        if needed is Door.HOOK_SECRET:
            g.caller = _admit_hook(security)
            return
        if needed is Door.CAPABILITY:
            g.caller = _bearer()
            _slow_down(anonymous, request.remote_addr or "")
            _acts(g.caller)
            return
        g.caller = security.identify(
            api_key=request.headers.get(KEY_HEADER), authorization=request.headers.get("Authorization")
        )
        if needed and not g.caller.may(needed):
            raise ProblemError(
                403,
                "forbidden",
                f"This needs the role {needed}.",
                remedy="Have it granted to the calling application or key.",
            )
        _slow_down(rates, g.caller.name)
        _acts(g.caller)

    return check


def _acts(caller: Caller) -> None:
    """Let what this request changes be the caller's in the audit log."""
    g.acting = ExitStack()
    g.acting.enter_context(acting(caller.name, g.request_id))


def _stops_acting(_error: BaseException | None) -> None:
    if stack := g.pop("acting", None):
        stack.close()


def _slow_down(rates: Rates, caller: str) -> None:
    if wait_s := rates.wait_s(caller):
        headers = {"Retry-After": str(math.ceil(wait_s))}
        raise ProblemError(
            429, "too_many_requests", "Too many requests.", remedy="Wait as Retry-After says.", headers=headers
        )


def _bearer() -> Caller:
    """Whoever comes with an unguessable address; the route finds out whether it is one."""
    return Caller("capability", "capability", frozenset())


def _admit_hook(security: Security) -> Caller:
    """Let Dataverse in by the hook's secret. It has no rate: what is refused here is not sent again."""
    if not security.hook_secrets:
        raise ProblemError(
            503,
            "hooks_off",
            "Webhooks are not taken: this service has no secret for them.",
            remedy="Set CONNECTOR_WEBHOOK_SECRET and restart; then run: connector provision webhooks.",
            headers={"Retry-After": str(RETRY_AFTER_S)},
        )
    if not security.hook_secrets.open_for(presented_by(request.headers.get(HEADER), request.args.to_dict(flat=False))):
        raise UnauthenticatedError(
            "The secret of the hook is missing or wrong.", remedy=f"Send it in the header {HEADER}, or as ?code=."
        )
    return Caller("hook:dataverse", "hook:dataverse", frozenset())


def _secure(public_url: str | None) -> Callable[[Response], Response]:
    def add(answer: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():
            answer.headers.setdefault(name, value)
        if public_url and public_url.startswith("https://"):
            answer.headers.setdefault(*STRICT_TRANSPORT)
        return answer

    return add
