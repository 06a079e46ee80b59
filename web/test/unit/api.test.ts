// What goes over the wire when answers are lost, refused or late.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Api } from "../../src/lib/api.ts";

class Memory {
    readonly kept = new Map<string, string>();
    getItem = (name: string) => this.kept.get(name) ?? null;
    setItem = (name: string, value: string) => void this.kept.set(name, value);
    removeItem = (name: string) => void this.kept.delete(name);
}

type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | "lost";
interface Sent {
    path: string;
    key: string | null;
    bearer: string | null;
}

const token = (name: string) => `x.${Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 900, name })).toString("base64url")}.y`;
const problem = (status: number, slug: string, headers: Record<string, string> = {}): Reply => ({ status, body: { type: `urn:vaxslot:problem:${slug}` }, headers });
const BOOK = { method: "POST", path: "/v1/appointments", json: { slot: "09:00-11:00" } } as const;
const OK: Reply = { status: 201, body: { appointments: [] } };

let sent: Sent[];
let waits: number[];

beforeEach(() => {
    sent = [];
    waits = [];
    Object.assign(globalThis, { sessionStorage: new Memory() });
});

function made(...replies: Reply[]): Api {
    globalThis.fetch = async (address, options) => {
        const headers = new Headers(options?.headers);
        sent.push({ path: String(address), key: headers.get("idempotency-key"), bearer: headers.get("authorization") });
        const reply = replies.shift();
        if (reply === undefined) throw new Error("one request too many");
        if (reply === "lost") throw new TypeError("network");
        const body = reply.body === undefined ? null : JSON.stringify(reply.body);
        return new Response(body, { status: reply.status, headers: { "content-type": "application/json", ...reply.headers } });
    };
    const api = new Api("", undefined, async (seconds) => void waits.push(seconds));
    api.login.acceptForeign(token("first"));
    return api;
}

test("a write whose answer is lost is sent again with its key, and the next one has another", async () => {
    const api = made("lost", problem(503, "outcome-unknown", { "retry-after": "2" }), problem(409, "request-in-progress", { "retry-after": "1" }), OK, OK);
    assert.equal((await api.write(BOOK)).status, 201);
    await api.write(BOOK);
    const [first, ...others] = sent.map(({ key }) => key);
    assert.ok(first !== null && first !== undefined);
    assert.deepEqual(others.slice(0, 3), [first, first, first]);
    assert.notEqual(others[3], first);
    assert.deepEqual(waits, [1, 2, 1]);
});

test("patience ends, and the same key is kept for the person's own try", async () => {
    const api = made("lost", "lost", "lost", "lost", OK);
    await assert.rejects(api.write(BOOK), { slug: "offline" });
    await api.write(BOOK);
    assert.equal(new Set(sent.map(({ key }) => key)).size, 1);
});

test("a refusal is not sent again, and frees the key; a long wait is the person's", async () => {
    const api = made(problem(409, "sold-out"), problem(429, "too-many-requests", { "retry-after": "60" }));
    await assert.rejects(api.write(BOOK), { slug: "sold-out" });
    await assert.rejects(api.write(BOOK), { slug: "too-many-requests", retryAfter: 60 });
    assert.notEqual(sent[0]?.key, sent[1]?.key);
    assert.deepEqual(waits, []);
});

test("a token that counts no more is renewed once, and the write goes on with its key", async () => {
    const renewed = { status: 200, body: { access_token: token("second"), token_type: "Bearer", expires_in: 900, refresh_token: "r2" } };
    const api = made(problem(401, "unauthorized"), renewed, OK);
    sessionStorage.setItem("vaxslot.refresh", "r1");
    await api.write(BOOK);
    assert.deepEqual(sent.map(({ path }) => path), ["/v1/appointments", "/v1/auth/refresh", "/v1/appointments"]);
    assert.equal(sent[0]?.key, sent[2]?.key);
    assert.equal(sent[2]?.bearer, `Bearer ${renewed.body.access_token}`);
});

test("an answer that breaks off counts as lost", async () => {
    const api = made({ status: 201, headers: { "content-length": "5" } }, OK);
    await api.write(BOOK);
    assert.equal(sent[0]?.key, sent[1]?.key);
});
