import assert from "node:assert/strict";
import { test } from "node:test";
import type { SubscriptionProtocol } from "../../.generated/api.ts";
import { draftOf, faultsIn, faultsOf, requestOf } from "../../src/lib/alerts.ts";
import { empty, type Filters } from "../../src/lib/filters.ts";
import { Refusal } from "../../src/lib/problem.ts";

const SEARCH: Filters = { ...empty("2026-11-21"), state: 21, district: 363, vaccine: "COVAXIN" as const, dose: 2 as const, age: 0 };
const of = (protocol: SubscriptionProtocol, endpoint: string, search = SEARCH) => ({ ...draftOf(search, protocol), endpoint });

test("what was searched for is what one is told of", () => {
    assert.deepEqual(requestOf(of("email", " asha@example.org ")), {
        protocol: "email", endpoint: "asha@example.org", filter: { district_id: 363, vaccine: "COVAXIN", dose: 2, age: 0 },
    });
    const pincode = { ...empty("2026-11-21"), by: "pincode" as const, pincode: "411027", district: 363 };
    assert.deepEqual(requestOf(of("email", "asha@example.org", pincode)).filter, { pincode: 411027 });
});

test("people name a place, and programs may leave it out", () => {
    const nowhere = [empty("2026-11-21"), { ...empty("2026-11-21"), by: "pincode" as const }] as const;
    assert.deepEqual(nowhere.map((search) => faultsIn(of("email", "asha@example.org", search))), [
        { district: "alerts.noPlace" }, { pincode: "alerts.badPincode" },
    ]);
    for (const search of nowhere) {
        const draft = of("https", "https://hooks.example.org/slots", search);
        assert.deepEqual(faultsIn(draft), {});
        assert.deepEqual(requestOf(draft).filter, {});
    }
    const bad = { ...nowhere[1], pincode: "41102" };
    assert.deepEqual(faultsIn(of("sqs", "arn:aws:sqs:ap-south-1:123456789012:slots", bad)), { pincode: "alerts.badPincode" });
});

test("what the API would refuse is said at its field first", () => {
    for (const age of ["", "0", "120"]) assert.deepEqual(faultsIn({ ...of("email", "asha@example.org"), age }), {}, age);
    for (const age of ["121", "-1", "4.5", "forty"]) assert.deepEqual(faultsIn({ ...of("email", "asha@example.org"), age }), { age: "alerts.badAge" }, age);
    for (const [protocol, endpoint, fault] of [
        ["email", "asha", "badEmail"],
        ["email", "https://example.org", "badEmail"],
        ["https", "hooks.example.org", "alerts.bad.https"],
        ["https", "https://", "alerts.bad.https"],
        ["https", `https://example.org/${"a".repeat(500)}`, "alerts.bad.https"],
        ["https", "https://पुणे.example/", "alerts.bad.https"],
        ["sqs", "https://sqs.us-east-1.amazonaws.com/000000000000/queue", "alerts.bad.sqs"],
    ] as const) {
        assert.deepEqual(faultsIn(of(protocol, endpoint)), { endpoint: fault }, endpoint);
    }
});

test("a refusal of the API is said at the field that it is of, and others are not", () => {
    const said = (slug: string, pointer: string | null, protocol: SubscriptionProtocol = "email") =>
        faultsOf(Refusal.read(422, { type: `urn:vaxslot:problem:${slug}`, pointer }, null), protocol);
    assert.deepEqual(said("invalid-body", "/endpoint", "https"), { endpoint: "alerts.bad.https" });
    assert.deepEqual(said("invalid-body", "/filter/district_id"), { district: "alerts.noPlace" });
    assert.deepEqual(said("invalid-body", "/filter/pincode"), { pincode: "alerts.badPincode" });
    assert.deepEqual(said("invalid-body", "/filter/age"), { age: "alerts.badAge" });
    assert.deepEqual(said("endpoint-refused", null), { endpoint: "problem.endpoint-refused" });
    assert.deepEqual(said("endpoint-subscribed", null), { endpoint: "problem.endpoint-subscribed" });
    for (const other of [said("invalid-body", "/filter"), said("invalid-body", null), said("subscriptions-full", null), said("too-many-requests", "/endpoint")]) {
        assert.equal(other, null);
    }
});
