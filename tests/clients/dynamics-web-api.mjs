// What a user of dynamics-web-api does, step by step; every step's outcome is printed as one line of JSON.
import { DynamicsWebApi } from "dynamics-web-api";

const { URL_OF_ENVIRONMENT, AUTHORITY, CLIENT_ID, CLIENT_SECRET, LEAD } = process.env;

async function token() {
  const form = new URLSearchParams({
    grant_type: "client_credentials", client_id: CLIENT_ID, client_secret: CLIENT_SECRET,
    scope: `${URL_OF_ENVIRONMENT}/.default`,
  });
  const answer = await fetch(`${AUTHORITY}/oauth2/v2.0/token`, { method: "POST", body: form });
  return (await answer.json()).access_token;
}

const api = new DynamicsWebApi({
  serverUrl: URL_OF_ENVIRONMENT, dataApi: { version: "9.2" }, onTokenRefresh: token,
});

async function step(name, action) {
  try {
    console.log(JSON.stringify({ step: name, value: (await action()) ?? null }));
  } catch (caught) {
    const error = Array.isArray(caught) ? caught[0] : caught; // a batch is refused with all its errors
    const { code = "", message } = error.error ?? error;
    console.log(JSON.stringify({ step: name, status: error.status ?? 0, code, message }));
  }
}

const label = (text) => ({
  "@odata.type": "Microsoft.Dynamics.CRM.Label",
  LocalizedLabels: [{ "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel", Label: text, LanguageCode: 1033 }],
});

const steps = {
  async rows() {
    let account, lead;
    await step("create", async () => (account = await api.create({
      collection: "accounts", data: { name: "Brampton Mills" }, returnRepresentation: true, select: ["name"],
    })));
    await step("create and bind", async () => (lead = await api.create({
      collection: "leads",
      data: { lastname: "Ashe", subject: "Looms", "parentaccountid@odata.bind": `accounts(${account.accountid})` },
    })));
    await step("read", () => api.retrieve({
      collection: "leads", key: lead, select: ["subject", "statuscode"], includeAnnotations: "*",
      expand: [{ property: "parentaccountid", select: ["name"] }],
    }));
    await step("read a collection", () => api.retrieve({
      collection: "accounts", key: account.accountid, select: ["name"],
      expand: [{ property: "lead_parent_account", select: ["lastname"], filter: "lastname eq 'Ashe'", top: 5 }],
    }));
    await step("update", () => api.update({ collection: "leads", key: lead, data: { subject: "Spindles" } }));
    await step("update one column", () => api.updateSingleProperty({
      collection: "leads", key: lead, fieldValuePair: { jobtitle: "Buyer" },
    }));
    await step("upsert", () => api.upsert({
      collection: "leads", key: "00000000-0000-4000-8000-000000000000", data: { lastname: "Upserted" },
      ifnonematch: "*",
    }));
    await step("upsert what is there", () => api.upsert({
      collection: "leads", key: "00000000-0000-4000-8000-000000000000", data: { lastname: "Never" }, ifnonematch: "*",
    }));
    await step("disassociate", () => api.disassociateSingleValued({
      collection: "leads", primaryKey: lead, navigationProperty: "parentaccountid",
    }));
    await step("associate", () => api.associate({
      collection: "accounts", primaryKey: account.accountid, relationshipName: "lead_parent_account",
      relatedCollection: "leads", relatedKey: lead,
    }));
    await step("read again", () => api.retrieve({
      collection: "leads", key: lead, select: ["subject", "jobtitle", "_parentaccountid_value"],
    }));
    await step("delete", () => api.deleteRecord({ collection: "leads", key: lead }));
    await step("read what is gone", () => api.retrieve({ collection: "leads", key: lead, select: ["subject"] }));
  },

  async guards() {
    const row = await api.retrieve({ collection: "leads", key: LEAD, select: ["subject"] });
    await step("guarded", () => api.update({
      collection: "leads", key: LEAD, data: { subject: "Ours" }, ifmatch: row["@odata.etag"],
      returnRepresentation: true, select: ["subject"],
    }));
    await step("stale", () => api.update({
      collection: "leads", key: LEAD, data: { subject: "Late" }, ifmatch: row["@odata.etag"],
      returnRepresentation: true,
    }));
    await step("a wrong value", () => api.update({ collection: "leads", key: LEAD, data: { numberofemployees: -1 } }));
  },

  async pages() {
    await step("all", async () => (await api.retrieveAll({
      collection: "leads", select: ["leadid"], orderBy: ["leadid"], maxPageSize: 20,
    })).value.map((row) => row.leadid));
    await step("first page", async () => {
      const page = await api.retrieveMultiple({
        collection: "leads", select: ["lastname"], filter: "statecode eq 0 and contains(lastname,'e')",
        orderBy: ["lastname desc"], count: true, maxPageSize: 5,
      });
      return { rows: page.value.map((row) => row.lastname), count: page["@odata.count"], more: !!page.oDataNextLink };
    });
    await step("count", () => api.count({ collection: "leads", filter: "statecode eq 0" }));
    await step("fetch", async () => (await api.fetchAll({
      collection: "leads",
      fetchXml: `<fetch count="25"><entity name="lead"><attribute name="leadid"/><order attribute="leadid"/></entity></fetch>`,
      includeAnnotations: "*",
    })).value.map((row) => row.leadid));
    await step("aggregate", async () => (await api.retrieveMultiple({
      collection: "leads", apply: "groupby((statecode),aggregate($count as number))",
    })).value);
  },

  async changes() {
    let first;
    await step("tracked", async () => {
      first = await api.retrieveMultiple({ collection: "leads", select: ["subject"], trackChanges: true });
      return { rows: first.value.length, delta: !!first.oDataDeltaLink };
    });
    await api.update({ collection: "leads", key: LEAD, data: { subject: "Changed" } });
    await step("delta", async () => {
      const link = new URL(first.oDataDeltaLink);
      const answer = await fetch(link, { headers: { Authorization: `Bearer ${await token()}`, Accept: "application/json" } });
      return (await answer.json()).value.map((row) => row.leadid);
    });
  },

  async batches() {
    api.startBatch();
    api.create({ collection: "accounts", data: { name: "Together" }, contentId: "1" });
    api.create({ collection: "leads", data: { lastname: "Tied", "parentaccountid@odata.bind": "$1" }, contentId: "2" });
    api.update({ collection: "leads", key: LEAD, data: { subject: "In a batch" } });
    await step("writes", async () => (await api.executeBatch()).length);
    api.startBatch();
    api.retrieve({ collection: "leads", key: LEAD, select: ["subject"] });
    api.retrieveMultiple({ collection: "leads", select: ["lastname"], top: 3 });
    await step("reads", async () => {
      const [row, page] = await api.executeBatch();
      return { subject: row.subject, rows: page.value.length };
    });
    api.startBatch();
    api.update({ collection: "leads", key: LEAD, data: { subject: "Never" } });
    api.update({ collection: "leads", key: LEAD, data: { numberofemployees: -1 } });
    await step("a change set that fails", () => api.executeBatch());
    api.startBatch();
    api.retrieve({ collection: "leads", key: "00000000-0000-4000-8000-000000000000", select: ["subject"], inChangeSet: false });
    api.update({ collection: "leads", key: LEAD, data: { jobtitle: "Went on" }, inChangeSet: false });
    await step("going on", async () => (await api.executeBatch({ continueOnError: true })).length);
  },

  async metadata() {
    let table;
    await step("tables", async () => (await api.retrieveEntities({
      select: ["LogicalName", "EntitySetName"], filter: "LogicalName eq 'lead'",
    })).value.map((each) => each.EntitySetName));
    await step("create table", async () => (table = await api.createEntity({ data: {
      "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", SchemaName: "lc_Parcel", DisplayName: label("Parcel"),
      DisplayCollectionName: label("Parcels"), OwnershipType: "UserOwned", IsActivity: false, HasNotes: false,
      HasActivities: false,
      Attributes: [{
        "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", SchemaName: "lc_Label", IsPrimaryName: true,
        MaxLength: 100, FormatName: { Value: "Text" }, DisplayName: label("Label"), RequiredLevel: { Value: "None" },
      }],
    } })));
    await step("create column", () => api.createAttribute({ entityKey: table, data: {
      "@odata.type": "Microsoft.Dynamics.CRM.IntegerAttributeMetadata", SchemaName: "lc_Pieces", MinValue: 0,
      MaxValue: 10, Format: "None", DisplayName: label("Pieces"), RequiredLevel: { Value: "None" },
    } }));
    await step("columns", async () => (await api.retrieveAttributes({
      entityKey: table, select: ["LogicalName"], filter: "IsCustomAttribute eq true",
    })).value.map((each) => each.LogicalName).sort());
    await step("create relationship", () => api.createRelationship({ data: {
      "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", SchemaName: "lc_account_parcel",
      ReferencedEntity: "account", ReferencingEntity: "lc_parcel", ReferencedAttribute: "accountid",
      Lookup: {
        "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata", SchemaName: "lc_SenderId",
        DisplayName: label("Sender"), RequiredLevel: { Value: "None" },
      },
    } }));
    await step("relationship", async () => (await api.retrieveRelationship({
      key: "SchemaName='lc_account_parcel'", castType: "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
    })).ReferencingAttribute);
    await step("create choice", () => api.createGlobalOptionSet({ data: {
      "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata", Name: "lc_sizes", IsGlobal: true,
      OptionSetType: "Picklist", DisplayName: label("Sizes"), Options: [{ Value: 1, Label: label("Small") }],
    } }));
    await step("choices", async () => (await api.retrieveGlobalOptionSets({ select: ["Name"] })).value.map((each) => each.Name));
    await step("row", async () => api.retrieve({
      collection: "lc_parcels", select: ["lc_label", "lc_pieces"],
      key: await api.create({ collection: "lc_parcels", data: { lc_label: "A", lc_pieces: 3 } }),
    }));
    await step("function", async () => (await api.callFunction("WhoAmI")).UserId);
    await step("action", () => api.callAction({
      actionName: "PublishXml",
      action: { ParameterXml: "<importexportxml><entities><entity>lc_parcel</entity></entities></importexportxml>" },
    }));
  },
};

await steps[process.argv[2]]();
