"""Where the links of cards lead: a small page that asks, and records only when its button is pressed.

Mail and chat scanners follow links; they GET, so that a GET records nothing. The page names no person: whoever has the
link sees it. There is nothing to forge: the address itself is the permission.
"""

from __future__ import annotations

import hashlib
import logging
from base64 import b64encode
from http import HTTPStatus

from flask import Blueprint, Response
from markupsafe import Markup

from connector.errors import ConnectorError, MissingFactError, RefusedError
from connector.pipeline.verdicts import Answer, Asked, BallotBox, Verdict

WORDS = {Answer.GOOD: "a good lead", Answer.NOT_GOOD: "not a good lead"}
PRESSED = {Answer.GOOD: "Yes, it was a good lead", Answer.NOT_GOOD: "No, it was not a good lead"}

_STYLE = Markup("""
:root { color-scheme: light dark; --ink: #1b1a19; --soft: #605e5c; --paper: #fff; --back: #f3f2f1; --deed: #0f5c9c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f3f2f1; --soft: #b3b0ad; --paper: #292827; --back: #1b1a19; --deed: #62abe8; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back);
  color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", sans-serif; }
main { width: 100%; max-width: 30rem; padding: 1.75rem; border-radius: .75rem; background: var(--paper);
  box-shadow: 0 1px 4px rgb(0 0 0 / .18); overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25; }
p { margin: .5rem 0; }
.soft { color: var(--soft); font-size: .9rem; }
button { margin-top: 1rem; width: 100%; padding: .8rem 1rem; border: 0; border-radius: .5rem; background: var(--deed);
  color: var(--paper); font: inherit; font-weight: 600; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
""")
_DIGEST = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex, nofollow",
}
_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
    "<body><main><h1>{title}</h1>{body}</main></body></html>"
)
_FORM = Markup('<form method="post"><button type="submit">{words}</button></form>')
_PLAIN, _SOFT = Markup("<p>{text}</p>"), Markup('<p class="soft">{text}</p>')

_log = logging.getLogger(__name__)


def routes(box: BallotBox) -> Blueprint:
    """Return the routes of verdicts; the token in the address is the permission."""
    blueprint = Blueprint("verdicts", __name__)

    @blueprint.get("/<token>")
    def show(token: str) -> Response:
        """Ask whether this is the answer; record nothing."""
        try:
            question = box.question(token)
        except ConnectorError as error:
            return _refusal(error)
        if question.asked.given is not None:
            return _standing(question.asked.given, wanted=question.answer)
        body = _about(question.asked) + _FORM.format(words=PRESSED[question.answer])
        return _page("Was this a good lead?", body)

    @blueprint.post("/<token>")
    def record(token: str) -> Response:
        """Record the answer; once it is given, say which stands."""
        try:
            recorded = box.cast(token)
            wanted = box.question(token).answer
        except ConnectorError as error:
            return _refusal(error)
        if not recorded.is_new:
            return _standing(recorded.verdict, wanted=wanted)
        said = f"It was {WORDS[recorded.verdict.answer]}. That helps to tune the rules. You can close this page."
        return _page("Thank you", _paragraph(said))

    return blueprint


def _about(asked: Asked) -> Markup:
    """Which announcement this is about, without the lead: the card has that."""
    kind, _, name = asked.rule.partition(":")
    rule = f" by the {kind} “{name}”" if name else ""
    said = _paragraph(f"Announced on {asked.announced_at:%d %b %Y at %H:%M} UTC{rule}.")
    return said + _paragraph("Your answer is counted for the rule. It is not stored with your name.", soft=True)


def _standing(verdict: Verdict, *, wanted: Answer) -> Response:
    """Somebody was first: a link that says the same is done, another one is refused."""
    said = _paragraph(f"On {verdict.at:%d %b %Y} somebody answered for this card: {WORDS[verdict.answer]}.")
    status = HTTPStatus.OK if verdict.answer is wanted else HTTPStatus.CONFLICT
    return _page("Already answered", said + _paragraph("The first answer stays.", soft=True), status)


def _refusal(error: ConnectorError) -> Response:
    """What is wrong with a link, as a page: whoever followed it reads no JSON."""
    if isinstance(error, MissingFactError):
        return _page("This card is gone", _paragraph("Cards can be answered for a while only."), HTTPStatus.GONE)
    if isinstance(error, RefusedError):
        return _page("This link cannot be used", _paragraph(str(error)), HTTPStatus.NOT_FOUND)
    _log.warning("a verdict could not be taken: %s", type(error).__name__)
    return _page("Not now", _paragraph("Please try again in a few minutes."), HTTPStatus.SERVICE_UNAVAILABLE)


def _paragraph(text: str, *, soft: bool = False) -> Markup:
    return (_SOFT if soft else _PLAIN).format(text=text)


def _page(title: str, body: Markup, status: HTTPStatus = HTTPStatus.OK) -> Response:
    made = _PAGE.format(title=title, style=_STYLE, body=body)
    return Response(str(made), status, headers=_HEADERS, mimetype="text/html")
