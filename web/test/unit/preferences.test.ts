import assert from "node:assert/strict";
import { test } from "node:test";
import type { Preferences } from "../../.generated/api.ts";
import { isEmail } from "../../src/lib/email.ts";
import { draftOf, faultsIn, faultsOf, wanted } from "../../src/lib/preferences.ts";
import { Refusal } from "../../src/lib/problem.ts";

const USUAL: Preferences = { language: "en", channels: ["SMS"], email: null, opted_out: false, quiet_hours: null };
const FULL: Preferences = {
    language: "ta", channels: ["EMAIL", "WHATSAPP"], email: "asha@example.org", opted_out: false, quiet_hours: { from: "22:00", to: "06:30" },
};

test("what is shown and not touched is sent as it was", () => {
    for (const saved of [USUAL, FULL, { ...FULL, opted_out: true }]) assert.deepEqual(wanted(draftOf(saved), saved), saved);
});

test("an address that nothing goes to is not kept, and hours that are off are not sent", () => {
    const draft = { ...draftOf(FULL), channels: ["SMS" as const], quiet: false };
    assert.deepEqual(wanted(draft, FULL), { ...FULL, channels: ["SMS"], email: null, quiet_hours: null });
});

test("who wants no messages keeps what was said before, whatever stands in the fields", () => {
    const draft = { ...draftOf(FULL), told: false, channels: [], email: "asha@", from: "" };
    assert.deepEqual(faultsIn(draft), {});
    assert.deepEqual(wanted(draft, FULL), { ...FULL, opted_out: true });
});

test("what the API would refuse is said at its field first", () => {
    const draft = draftOf(FULL);
    assert.deepEqual(faultsIn(draft), {});
    assert.deepEqual(faultsIn({ ...draft, channels: [] }), { channels: "messages.noChannel" });
    assert.deepEqual(faultsIn({ ...draft, email: "asha" }), { email: "badEmail" });
    assert.deepEqual(faultsIn({ ...draft, email: "asha", channels: ["SMS"] }), {});
    for (const [from, to, fits] of [
        ["21:30", "07:00", true], ["20:00", "10:00", true], ["20:00", "10:01", false], ["21:00", "21:00", false], ["13:00", "14:00", true],
        ["21:00", "", false], ["24:00", "07:00", false], ["9:00", "10:00", false],
    ] as const) {
        assert.deepEqual(faultsIn({ ...draft, from, to }), fits ? {} : { quiet: "messages.badQuiet" }, `${from} ${to}`);
    }
});

test("a refusal of the API is said at the field that it is of, and others are not", () => {
    const of = (slug: string, pointer?: string) => faultsOf(Refusal.read(422, { type: `urn:vaxslot:problem:${slug}`, pointer }, null));
    assert.deepEqual(of("invalid-body", "/email"), { email: "badEmail" });
    assert.deepEqual(of("invalid-body", "/channels/0"), { channels: "messages.noChannel" });
    assert.deepEqual(of("invalid-body", "/quiet_hours"), { quiet: "messages.badQuiet" });
    for (const other of [of("invalid-body"), of("invalid-body", "/emails"), of("busy", "/email"), of("key-reused")]) assert.equal(other, null);
});

test("an e-mail address is one that the API takes", () => {
    for (const good of ["asha.rao@example.org", "a+b_c%d@mail.example.co.in", "x@y.z"]) assert.ok(isEmail(good), good);
    const long = `${"a".repeat(65)}@example.org`;
    const longer = `asha@${`${"a".repeat(60)}.`.repeat(4)}example.org`;
    for (const bad of [
        "", "asha", "@example.org", "asha@", "asha@localhost", "a b@example.org", "asha@ex ample.org", "a@b@c.d", long, longer, "asha@-a.org", "asha@a-.org",
        "a..b@c.org", ".a@c.org", "a.@c.org", "asha@example.org\nBcc: x@y.z", "asha@example.", "आशा@example.org",
    ]) {
        assert.ok(!isEmail(bad), bad);
    }
});
