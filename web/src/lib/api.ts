// Requests to the API. Every refusal is a `Refusal`; every write carries an idempotency key until its answer is known.
import type { LoggedIn } from "../../.generated/api.ts";
import { Intents, remember } from "./intents.ts";
import { Login } from "./login.ts";
import { isRecord, outcomeOf, Refusal } from "./problem.ts";

/** How often a write is sent again by itself, before the person is asked. */
const TRIES = 4;
/** The longest that a write waits by itself, in seconds. */
const PATIENCE = 8;
/** After how long a request counts as lost, in milliseconds. The API answers within 8 seconds, staff's requests within 25. */
const LOST_MS = 30_000;

export interface Answer<T> {
    readonly status: number;
    readonly body: T;
    readonly retryAfter: number | null;
    /** Changes when the body does. */
    readonly tag: string | null;
}

export interface Write {
    readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
    readonly path: string;
    readonly json?: unknown;
    readonly csv?: string;
}

export class Api {
    readonly login: Login;

    constructor(
        readonly base: string,
        private readonly intents = new Intents(sessionStorage, Date.now, () => crypto.randomUUID()),
        private readonly pause = (seconds: number) => new Promise<void>((wake) => setTimeout(wake, seconds * 1000)),
    ) {
        const renew = async (refresh_token: string) => (await this.post<LoggedIn>("/v1/auth/refresh", { refresh_token })).body;
        this.login = new Login(sessionStorage, renew, Date.now);
    }

    /** A public read. The browser sends the tag of what it has, and what has not changed is not sent again. */
    look<T>(path: string): Promise<Answer<T>> {
        return this.send<T>(path, { cache: "no-cache" });
    }

    /** A read on behalf of who is logged in. */
    read<T>(path: string): Promise<Answer<T>> {
        return this.authorized<T>(path, { cache: "no-store" });
    }

    async file(path: string): Promise<Blob> {
        const token = await this.login.token();
        const response = await this.fetch(path, { headers: { authorization: `Bearer ${token}` } });
        if (!response.ok) throw await refusal(response);
        return response.blob();
    }

    /** A request without a login, such as for a code. */
    post<T>(path: string, json: unknown): Promise<Answer<T>> {
        const headers = { "content-type": "application/json" };
        return this.send<T>(path, { method: "POST", headers, body: JSON.stringify(json) });
    }

    /** Sends until the answer is known, or patience runs out. Sent again later, the same write has the same key. */
    async write<T>(write: Write): Promise<Answer<T>> {
        const request = JSON.stringify([write.method, write.path, write.json ?? write.csv ?? null]);
        const key = await this.intents.key(request);
        for (let tried = 1; ; tried++) {
            try {
                const answer = await this.authorized<T>(write.path, asRequest(write, key));
                await this.intents.settle(request);
                return answer;
            } catch (error) {
                if (!(error instanceof Refusal)) throw error;
                const outcome = outcomeOf(error);
                if (outcome === "answered") await this.intents.settle(request);
                const wait = error.retryAfter ?? tried;
                const again = outcome !== "answered" && error.status !== 401 && tried < TRIES && wait <= PATIENCE;
                if (!again) throw error;
                await this.pause(wait);
            }
        }
    }

    async logOut(): Promise<void> {
        const refresh_token = this.login.refreshToken;
        this.login.forget();
        // Whoever logs in next is not asked what became of somebody else's booking.
        remember(sessionStorage, null);
        // Forgotten here either way; told to the API so that nobody else can use it.
        if (refresh_token !== null) await this.post("/v1/auth/logout", { refresh_token }).catch(() => undefined);
    }

    private async authorized<T>(path: string, options: RequestInit): Promise<Answer<T>> {
        const attempt = async () => {
            const headers = new Headers(options.headers);
            headers.set("authorization", `Bearer ${await this.login.token()}`);
            return this.send<T>(path, { ...options, headers });
        };
        try {
            return await attempt();
        } catch (error) {
            if (!(error instanceof Refusal) || error.slug !== "unauthorized") throw error;
            this.login.doubt();
            return attempt();
        }
    }

    private async send<T>(path: string, options: RequestInit): Promise<Answer<T>> {
        const response = await this.fetch(path, options);
        if (!response.ok) throw await refusal(response);
        const body = response.status === 204 ? undefined : await response.json().catch(lost);
        const wait = Number(response.headers.get("retry-after") ?? NaN);
        return {
            status: response.status,
            body: body as T,
            retryAfter: Number.isFinite(wait) ? wait : null,
            tag: response.headers.get("etag"),
        };
    }

    private fetch(path: string, options: RequestInit): Promise<Response> {
        const signal = AbortSignal.timeout(LOST_MS);
        return fetch(this.base + path, { ...options, signal, credentials: "omit", referrerPolicy: "no-referrer" }).catch(lost);
    }
}

function asRequest(write: Write, key: string): RequestInit {
    const headers: Record<string, string> = { "idempotency-key": key };
    if (write.json !== undefined) headers["content-type"] = "application/json";
    if (write.csv !== undefined) headers["content-type"] = "text/csv";
    const body = write.csv ?? (write.json === undefined ? null : JSON.stringify(write.json));
    return { method: write.method, headers, body };
}

function lost(): never {
    throw Refusal.offline();
}

async function refusal(response: Response): Promise<Refusal> {
    const body: unknown = await response.json().catch(() => null);
    return Refusal.read(response.status, isRecord(body) ? body : null, response.headers.get("retry-after"));
}
