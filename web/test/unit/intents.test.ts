import assert from "node:assert/strict";
import { test } from "node:test";
import { Intents, recall, remember, type Shelf } from "../../src/lib/intents.ts";

class Memory implements Shelf {
    readonly kept = new Map<string, string>();
    getItem = (name: string) => this.kept.get(name) ?? null;
    setItem = (name: string, value: string) => void this.kept.set(name, value);
    removeItem = (name: string) => void this.kept.delete(name);
}

function made(shelf: Shelf = new Memory(), clock = { now: 0 }) {
    let count = 0;
    return { shelf, clock, intents: new Intents(shelf, () => clock.now, () => `key-${++count}`) };
}

test("a request keeps its key until its answer is known, and another request has another", async () => {
    const { intents } = made();
    assert.equal(await intents.key("book A"), "key-1");
    assert.equal(await intents.key("book A"), "key-1");
    assert.equal(await intents.key("book B"), "key-2");
    await intents.settle("book A");
    assert.equal(await intents.key("book A"), "key-3");
    assert.equal(await intents.key("book B"), "key-2");
});

test("a key outlives a reload of the page", async () => {
    const shelf = new Memory();
    const before = await made(shelf).intents.key("book");
    const after = new Intents(shelf, () => 1000, () => "another");
    assert.equal(await after.key("book"), before);
});

test("a key that the API has forgotten is not sent again", async () => {
    const { intents, clock } = made();
    await intents.key("book");
    clock.now = 24 * 60 * 60 * 1000;
    assert.equal(await intents.key("book"), "key-2");
});

test("what is kept names nobody", async () => {
    const { intents, shelf } = made();
    await intents.key('{"name":"Asha Rao","birth":"1984"}');
    const kept = JSON.stringify([...(shelf as Memory).kept]);
    assert.ok(!/asha|rao|1984/i.test(kept), kept);
});

test("what cannot be read counts as not there", async () => {
    const { intents, shelf } = made();
    await intents.key("book");
    for (const [place] of (shelf as Memory).kept) shelf.setItem(place, "{");
    assert.equal(await intents.key("book"), "key-2");
    shelf.setItem("vaxslot.pending", "{");
    assert.equal(recall(shelf), null);
});

test("a booking without an answer is remembered until it has one", () => {
    const shelf = new Memory();
    const pending = { path: "/v1/holds", body: { session_id: "s", slot: "09:00-11:00", dose: 1, beneficiaries: ["b"] }, ticket: "t" } as const;
    remember(shelf, { ...pending, body: { ...pending.body, beneficiaries: ["b"] } });
    assert.deepEqual(recall(shelf), pending);
    remember(shelf, null);
    assert.equal(recall(shelf), null);
});
