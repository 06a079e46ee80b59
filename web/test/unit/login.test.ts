import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedIn } from "../../.generated/api.ts";
import type { Shelf } from "../../src/lib/intents.ts";
import { claimsOf, Login } from "../../src/lib/login.ts";
import { outcomeOf, Refusal, seconds } from "../../src/lib/problem.ts";

class Memory implements Shelf {
    readonly kept = new Map<string, string>();
    getItem = (name: string) => this.kept.get(name) ?? null;
    setItem = (name: string, value: string) => void this.kept.set(name, value);
    removeItem = (name: string) => void this.kept.delete(name);
}

function token(claims: object): string {
    return `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
}

const tokens = (number: number): LoggedIn => ({
    access_token: token({ exp: number, role: "citizen" }), token_type: "Bearer", expires_in: 900, refresh_token: `refresh-${number}`,
});

function made(renew: (held: string) => Promise<LoggedIn>) {
    const shelf = new Memory();
    const clock = { now: 0 };
    return { shelf, clock, login: new Login(shelf, renew, () => clock.now) };
}

test("many who need a token at once renew it once, and the refresh token that counted is replaced", async () => {
    const held: string[] = [];
    const { login, clock, shelf } = made(async (token) => {
        held.push(token);
        return tokens(held.length + 1);
    });
    login.accept(tokens(1));
    assert.equal(await login.token(), tokens(1).access_token);
    clock.now = 899_000;
    const got = await Promise.all([login.token(), login.token(), login.token()]);
    assert.deepEqual(got, Array(3).fill(tokens(2).access_token));
    assert.deepEqual(held, ["refresh-1"]);
    assert.deepEqual([...shelf.kept.values()], ["refresh-2"]);
});

test("the access token is in no storage", () => {
    const { login, shelf } = made(() => Promise.reject(Refusal.offline()));
    login.accept(tokens(1));
    assert.ok(![...shelf.kept.values()].some((kept) => kept.includes(tokens(1).access_token)));
});

test("a lost answer to a renewal is asked for again with the same token", async () => {
    const held: string[] = [];
    const { login, shelf } = made(async (token) => {
        if (held.push(token) === 1) throw Refusal.offline();
        return tokens(2);
    });
    shelf.setItem("vaxslot.refresh", "refresh-1");
    await login.token();
    assert.deepEqual(held, ["refresh-1", "refresh-1"]);
});

test("a login that has ended is forgotten; one that could not be renewed is not", async () => {
    const ended = new Refusal("login-ended", 401, "", {}, null);
    for (const [refusal, stays] of [[ended, false], [Refusal.offline(), true]] as const) {
        const { login, shelf } = made(() => Promise.reject(refusal));
        shelf.setItem("vaxslot.refresh", "refresh-1");
        await assert.rejects(login.token(), { slug: refusal.slug });
        assert.equal(login.present, stays);
    }
});

test("who is logged in is read from the token, whatever its alphabet", () => {
    assert.deepEqual(claimsOf(token({ exp: 5, role: "operator", centers: ["13274", 7], name: "आशा" })), {
        role: "operator", centers: [13274, 7], state: null, district: null, exp: 5,
    });
    assert.equal(claimsOf(token({ exp: 5, role: "admin", state_id: 21 }))?.state, 21);
    for (const odd of ["", "a.b", "a.!.c", token([]), token({ exp: "soon" })]) assert.equal(claimsOf(odd), null);
});

test("a key may be dropped only when the answer is known", () => {
    const of = (slug: string, status: number) => outcomeOf(Refusal.read(status, { type: `urn:vaxslot:problem:${slug}` }, null));
    assert.equal(of("sold-out", 409), "answered");
    assert.equal(of("key-reused", 422), "answered");
    assert.equal(of("busy", 503), "nothing-done");
    for (const slug of ["outcome-unknown", "internal", "request-in-progress"]) assert.equal(of(slug, 503), "unknown");
    assert.equal(outcomeOf(Refusal.offline()), "unknown");
    // What a gateway says of itself.
    for (const status of [500, 502, 503, 504]) assert.equal(outcomeOf(Refusal.read(status, { message: "Service Unavailable" }, null)), "unknown");
    assert.equal(Refusal.read(429, null, "7").retryAfter, 7);
    assert.deepEqual([null, "", "soon", "-1", "3"].map(seconds), [null, null, null, null, 3]);
});
