// Who is logged in.
//
// The access token is kept in memory alone. The refresh token is in sessionStorage: it lives as long as the tab, survives a reload, and
// is seen by no other tab. A cookie that no script can read would need the API and the pages to share a site, and protection
// against forged requests; memory alone would log people out at each reload. What could read sessionStorage is a script in this page, and
// the Content-Security-Policy lets in none but our own. A refresh token counts once, so that a stolen one shows.
import type { LoggedIn } from "../../.generated/api.ts";
import type { Shelf } from "./intents.ts";
import { isRecord, Refusal } from "./problem.ts";

const REFRESH = "vaxslot.refresh";
/** A token that ends this soon is renewed first, in milliseconds. */
const MARGIN_MS = 30_000;

export interface Claims {
    readonly role: string;
    readonly centers: readonly number[];
    readonly state: number | null;
    readonly district: number | null;
    readonly exp: number;
}

export class Login {
    private access: { token: string; until: number } | null = null;
    private renewing: Promise<void> | null = null;
    private readonly watchers = new Set<() => void>();

    constructor(
        private readonly shelf: Shelf,
        private readonly renew: (refreshToken: string) => Promise<LoggedIn>,
        private readonly now: () => number,
    ) {}

    /** Whether there is somebody, as far as is known without asking. */
    get present(): boolean {
        return this.access !== null || this.shelf.getItem(REFRESH) !== null;
    }

    get refreshToken(): string | null {
        return this.shelf.getItem(REFRESH);
    }

    get claims(): Claims | null {
        return this.access && claimsOf(this.access.token);
    }

    accept(tokens: LoggedIn): void {
        this.shelf.setItem(REFRESH, tokens.refresh_token);
        this.access = { token: tokens.access_token, until: this.now() + tokens.expires_in * 1000 };
        this.tell();
    }

    /** A token of staff's own identity provider: it cannot be renewed here, and is forgotten with the page. */
    acceptForeign(token: string): boolean {
        const claims = claimsOf(token);
        if (!claims) return false;
        this.shelf.removeItem(REFRESH);
        this.access = { token, until: claims.exp * 1000 };
        this.tell();
        return true;
    }

    /** A token that counts, renewed if need be. */
    async token(): Promise<string> {
        if (!this.access || this.access.until - this.now() < MARGIN_MS) await this.renewed();
        if (!this.access) throw ended();
        return this.access.token;
    }

    /** The API does not accept the token: the next one is a new one. */
    doubt(): void {
        this.access = null;
    }

    forget(): void {
        this.access = null;
        this.shelf.removeItem(REFRESH);
        this.tell();
    }

    onChange(run: () => void): () => void {
        this.watchers.add(run);
        return () => this.watchers.delete(run);
    }

    /** One renewal at a time: a refresh token counts once. */
    private renewed(): Promise<void> {
        this.renewing ??= this.renewOnce().finally(() => {
            this.renewing = null;
        });
        return this.renewing;
    }

    private async renewOnce(): Promise<void> {
        const held = this.shelf.getItem(REFRESH);
        if (held === null) {
            this.forget();
            throw ended();
        }
        try {
            this.accept(await this.renewOrAgain(held));
        } catch (error) {
            if (error instanceof Refusal && (error.slug === "login-ended" || error.slug === "invalid-body")) {
                this.forget();
                throw ended();
            }
            throw error;
        }
    }

    /** For half a minute the same token gets the same answer again: a lost one is asked for at once. */
    private async renewOrAgain(held: string): Promise<LoggedIn> {
        try {
            return await this.renew(held);
        } catch (error) {
            if (error instanceof Refusal && error.slug === "offline") return this.renew(held);
            throw error;
        }
    }

    private tell(): void {
        for (const run of this.watchers) run();
    }
}

function ended(): Refusal {
    return new Refusal("login-ended", 401, "", {}, null);
}

/** What the token says. Not checked here: the API does that, and this only decides what is shown. */
export function claimsOf(token: string): Claims | null {
    try {
        const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
        const bytes = Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0));
        const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
        if (!isRecord(claims) || typeof claims["exp"] !== "number") return null;
        return {
            role: typeof claims["role"] === "string" ? claims["role"] : "",
            centers: [claims["centers"] ?? []].flat().map(Number).filter(Number.isInteger),
            state: numberOr(claims["state_id"]),
            district: numberOr(claims["district_id"]),
            exp: claims["exp"],
        };
    } catch {
        return null;
    }
}

function numberOr(value: unknown): number | null {
    return value === undefined || value === null ? null : Number(value);
}
