// The running stack, and what a test needs in it: a center and sessions of its own, staff, and people with phones.
import { randomInt, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Center, Session } from "../../.generated/api.ts";
import { addDays, dayIn, INDIA } from "../../src/lib/format.ts";

interface Description {
    api: string;
    pages: string;
    endpoint: string;
    keys: string;
    issuer: string;
    audience: string;
}

export const stack = JSON.parse(readFileSync(process.env["VAXSLOT_STACK"] ?? resolve("../.local/stack.json"), "utf8")) as Description;
export const TODAY = dayIn(INDIA, new Date());
export const TOMORROW = addDays(TODAY, 1);
/** A zone where it is the same day as in India, and not yet evening. */
export const EARLIER = dayIn("Etc/UTC", new Date()) === TODAY ? "Etc/UTC" : INDIA;
/** Pune in Maharashtra, of the seed. */
export const DISTRICT = 363;
export const STATE = 21;

/** Signed with the key that the local stack trusts. */
export function token(role: "admin" | "analyst" | "operator", scope: { centers?: number[]; district_id?: number } = {}): string {
    const { keys } = JSON.parse(readFileSync(`${stack.keys}/jwks.json`, "utf8")) as { keys: { kid: string }[] };
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: stack.issuer, aud: stack.audience, sub: `browser-${role}`, role, ...scope, iat: now, exp: now + 3600 };
    const parts = [{ typ: "JWT", alg: "RS256", kid: keys.at(-1)?.kid }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const signed = sign("sha256", Buffer.from(parts.join(".")), readFileSync(`${stack.keys}/private.pem`));
    return [...parts, signed.toString("base64url")].join(".");
}

export async function call<T>(method: string, path: string, body: unknown, bearer: string): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${bearer}`, "idempotency-key": randomUUID() };
    if (body !== null) headers["content-type"] = "application/json";
    const init = body === null ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(stack.api + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
}

export interface Place {
    center: Center;
    session: Session;
}

/** A center with a session tomorrow: two slots, doses 1 and 2, ages 18 and over. Nobody else has its pincode, so to say. */
export async function place(units = 20, otherwise: Partial<Center> = {}): Promise<Place> {
    const pincode = randomInt(412_000, 418_000);
    const center = await call<Center>("POST", "/v1/admin/centers", {
        name: `Browser Test Center ${pincode}`, address: "1 Test Road", district_id: DISTRICT, pincode, opens: "09:00", closes: "18:00", fee_type: "Free", ...otherwise,
    }, token("admin"));
    const session = await publish(center.center_id, units);
    return { center, session };
}

export function publish(center: number, units: number, date = TOMORROW, hours = ["09:00-11:00", "11:00-13:00"]): Promise<Session> {
    const slots = hours.map((slot) => ({ slot, capacity: { 1: units, 2: units } }));
    return call<Session>("POST", `/v1/admin/centers/${center}/sessions`, { date, vaccine: "COVISHIELD", min_age: 18, slots }, token("admin"));
}

/** Figures and the trail follow the stream: after a large import it takes a while until they are at what has just happened. */
export async function caughtUp(center: number, least: number): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
        const { entries } = await call<{ entries: unknown[] }>("GET", `/v1/admin/audit?center_id=${center}`, null, token("admin"));
        if (entries.length >= least) return;
        await new Promise((wake) => setTimeout(wake, 300));
    }
    throw new Error("the stream is minutes behind");
}

/** Waits until the center is among those of today. */
export async function inFigures(center: number): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
        const path = `/v1/reports/bookings?date=${TODAY}&district_id=${DISTRICT}`;
        const { rows } = await call<{ rows: { id: unknown }[] }>("GET", path, null, token("admin"));
        if (rows.some(({ id }) => id === center)) return;
        await new Promise((wake) => setTimeout(wake, 300));
    }
    throw new Error("the figures are minutes behind");
}

export function phone(): string {
    return `98${String(randomInt(0, 100_000_000)).padStart(8, "0")}`;
}

/** The code that was sent last to the phone. The message may still be on its way. */
export async function codeFor(number: string): Promise<string> {
    const address = `${stack.endpoint}/_ministack/sns/sms-messages?phoneNumber=${encodeURIComponent(`+91${number}`)}`;
    for (let tries = 0; tries < 100; tries++) {
        const box = (await (await fetch(address)).json()) as { sms_messages: Record<string, { Message: string }[]> };
        const codes = Object.values(box.sms_messages).flat().flatMap(({ Message }) => /\b\d{6}\b/.exec(Message) ?? []);
        const last = codes.at(-1);
        if (last) return last;
        await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error("no code was sent");
}

/** A citizen with a person, logged in by themselves. */
export async function citizen(): Promise<{ bearer: string; person: string }> {
    const number = phone();
    const open = async <T>(path: string, body: object) =>
        (await (await fetch(stack.api + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json()) as T;
    const { challenge } = await open<{ challenge: string }>("/v1/auth/otp", { phone: `+91${number}` });
    const code = await codeFor(number);
    const { access_token: bearer } = await open<{ access_token: string }>("/v1/auth/token", { phone: `+91${number}`, challenge, code });
    const person = await call<{ beneficiary_id: string }>("POST", "/v1/beneficiaries", { name: "Ravi Kumar", birth: "1980" }, bearer);
    return { bearer, person: person.beneficiary_id };
}
