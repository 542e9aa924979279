"""The tables by which webhooks are registered, and the system jobs that tell of deliveries that failed."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Column, Kind, Option, Row, Table, Target, table
from connector.sandbox.dataverse.tables import choices
from connector.sandbox.dataverse.tables.choices import options
from connector.sandbox.dataverse.tables.columns import choice, flag, lookup, memo, moment, state, text, whole

WEBHOOK = 8
WEBHOOK_KEY, HTTP_HEADER, HTTP_QUERY = 4, 5, 6
SECRET = "authvalue@secret"  # noqa: S105  # nosec B105  # where a row keeps what nobody can read

_CONTRACTS = options(
    "OneWay", "Queue", "Rest", "TwoWay", "Topic", "Queue (Persistent)", "Event Hub", "Webhook", start=1
)
_AUTHENTICATION = options("ACS", "SAS Key", "SAS Token", "Webhook Key", "Http Header", "Http Query String", start=1)
_STEP_STATES = (
    choices.state(0, 1, "Enabled", "Aktiviert", "Activé"),
    choices.state(1, 2, "Disabled", "Deaktiviert", "Désactivé"),
)
_STEP_STATUSES = (
    choices.status(1, 0, "Enabled", "Aktiviert", "Activé"),
    choices.status(2, 1, "Disabled", "Deaktiviert", "Désactivé"),
)
_STAGES = tuple(
    Option(value, {1033: label})
    for value, label in ((10, "Pre-validation"), (20, "Pre-operation"), (40, "Post-operation"))
)
_JOB_STATES = (
    choices.state(0, 0, "Ready", "Bereit", "Prêt"),
    choices.state(1, 10, "Suspended", "Angehalten", "Suspendu"),
    choices.state(2, 20, "Locked", "Gesperrt", "Verrouillé"),
    choices.state(3, 30, "Completed", "Abgeschlossen", "Terminé"),
)
_JOB_STATUSES = (
    choices.status(0, 0, "Waiting For Resources", "Wartet auf Ressourcen", "En attente de ressources"),
    choices.status(10, 1, "Waiting", "Wartet", "En attente"),
    choices.status(20, 2, "In Progress", "In Bearbeitung", "En cours"),
    choices.status(30, 3, "Succeeded", "Erfolgreich", "Réussi"),
    choices.status(31, 3, "Failed", "Fehlgeschlagen", "Échec"),
    choices.status(32, 3, "Canceled", "Abgebrochen", "Annulé"),
)


def registration_tables() -> list[Table]:
    """All of them."""
    return [
        _serviceendpoint(), _sdkmessage(), _sdkmessagefilter(), _plugintype(), _step(), _image(), _asyncoperation(),
    ]  # fmt: skip


def hide_secret(row: Row) -> None:
    """Take the secret of a service endpoint out of what can be read."""
    if "authvalue" in row:
        row[SECRET] = row.pop("authvalue")
    row["isauthvalueset"] = bool(row.get(SECRET))


def _serviceendpoint() -> Table:
    columns = [
        text("name", 256, "Name"),
        text("url", 2000, "URL"),
        choice("contract", _CONTRACTS, "Contract"),
        choice("authtype", _AUTHENTICATION, "Authentication Type"),
        text("authvalue", 2048, "Auth Value"),
        flag("isauthvalueset", "Is Auth Value Set", writable=False),
        choice("connectionmode", options("Normal", "Federated", start=1), "Connection Mode"),
        choice("messageformat", options("Binary XML", "Json", "Text XML", start=1), "Message Format"),
        choice("userclaim", options("None", "UserId", "UserInfo", start=1), "User Claim"),
        text("description", 100, "Description"),
    ]
    return table(
        "serviceendpoint", "serviceendpoints", columns, primary_name="name", type_code=4618, label="Service Endpoint",
        derive=hide_secret,
    )  # fmt: skip


def _sdkmessage() -> Table:
    columns = [text("name", 64, "Name"), text("categoryname", 25, "Category Name"), flag("isprivate", "Is Private")]
    return table("sdkmessage", "sdkmessages", columns, primary_name="name", type_code=4606, label="Sdk Message")


def _sdkmessagefilter() -> Table:
    columns = [
        text("primaryobjecttypecode", 64, "Primary Object Type Code"),
        text("secondaryobjecttypecode", 64, "Secondary Object Type Code"),
        lookup("sdkmessageid", "sdkmessage", "SDK Message"),
        flag("iscustomprocessingstepallowed", "Custom Processing Step Allowed", default=True),
        whole("availability", 0, 2, "Availability"),
    ]
    return table(
        "sdkmessagefilter", "sdkmessagefilters", columns, primary_name="primaryobjecttypecode", type_code=4607,
        label="Sdk Message Filter",
    )  # fmt: skip


def _plugintype() -> Table:
    columns = [text("name", 256, "Name"), text("typename", 256, "Type Name")]
    return table("plugintype", "plugintypes", columns, primary_name="name", type_code=4602, label="Plug-in Type")


def _step() -> Table:
    handlers = (
        Target("serviceendpoint", "eventhandler_serviceendpoint"),
        Target("plugintype", "eventhandler_plugintype"),
    )
    columns = [
        text("name", 256, "Name"),
        text("description", 256, "Description"),
        Column("configuration", Kind.MEMO, "Configuration", max_length=1_073_741_823),
        choice("mode", options("Synchronous", "Asynchronous"), "Execution Mode"),
        choice("stage", _STAGES, "Execution Stage"),
        whole("rank", 0, 2_147_483_647, "Execution Order"),
        choice("supporteddeployment", options("Server Only", "Outlook Client Only", "Both"), "Deployment"),
        flag("asyncautodelete", "Asynchronous Automatic Delete"),
        Column("filteringattributes", Kind.MEMO, "Filtering Attributes", max_length=100_000),
        lookup("sdkmessageid", "sdkmessage", "SDK Message"),
        lookup("sdkmessagefilterid", "sdkmessagefilter", "SdkMessage Filter"),
        Column("eventhandler", Kind.LOOKUP, "Event Handler", targets=handlers),
        lookup("impersonatinguserid", "systemuser", "Impersonating User"),
        *state(_STEP_STATES, _STEP_STATUSES),
    ]
    return table(
        "sdkmessageprocessingstep", "sdkmessageprocessingsteps", columns, primary_name="name", type_code=4608,
        label="Sdk Message Processing Step",
    )  # fmt: skip


def _image() -> Table:
    columns = [
        text("name", 256, "Name"),
        text("entityalias", 256, "Entity Alias"),
        choice("imagetype", options("PreImage", "PostImage", "Both"), "Image Type"),
        text("messagepropertyname", 256, "Message Property Name"),
        Column("attributes", Kind.MEMO, "Attributes", max_length=100_000),
        lookup("sdkmessageprocessingstepid", "sdkmessageprocessingstep", "SDK Message Processing Step"),
    ]
    return table(
        "sdkmessageprocessingstepimage", "sdkmessageprocessingstepimages", columns, primary_name="name",
        type_code=4615, label="Sdk Message Processing Step Image",
    )  # fmt: skip


def _asyncoperation() -> Table:
    columns = [
        text("name", 256, "System Job Name"),
        whole("operationtype", 0, 1000, "System Job Type"),
        text("messagename", 160, "Message Name"),
        text("primaryentitytype", 64, "Primary Entity Type"),
        text("friendlymessage", 1000, "Friendly Message"),
        memo("message", 100_000, "Message"),
        Column("errorcode", Kind.INTEGER, "Error Code"),
        whole("retrycount", 0, 1000, "Retry Count"),
        text("correlationid", 64, "Correlation Id"),
        moment("startedon", "Started On"),
        moment("completedon", "Completed On"),
        lookup("owningextensionid", "sdkmessageprocessingstep", "Owning Extension"),
        lookup("regardingobjectid", "lead", "Regarding", navigation="regardingobjectid_lead"),
        *state(_JOB_STATES, _JOB_STATUSES),
    ]
    return table("asyncoperation", "asyncoperations", columns, primary_name="name", type_code=4700, label="System Job")
