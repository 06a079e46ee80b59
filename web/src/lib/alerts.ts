// What somebody wants to be told of, as the form has it and as the API does.
import type { Dose, NewSubscription, SubscriptionProtocol, Vaccine } from "../../.generated/api.ts";
import { isEmail } from "./email.ts";
import { type Filters, isPincode } from "./filters.ts";
import type { Key } from "./i18n.ts";
import type { Refusal } from "./problem.ts";

export interface Draft {
    readonly by: "district" | "pincode";
    readonly state: number | null;
    readonly district: number | null;
    readonly pincode: string;
    readonly vaccine: Vaccine | null;
    readonly dose: Dose | null;
    readonly age: string;
    readonly protocol: SubscriptionProtocol;
    readonly endpoint: string;
}

export type Place = "district" | "pincode" | "age" | "endpoint";

export function draftOf({ by, state, district, pincode, vaccine, dose, age }: Filters, protocol: SubscriptionProtocol): Draft {
    return { by, state, district, pincode, vaccine, dose, age: age === null ? "" : String(age), protocol, endpoint: "" };
}

/** People are told of a place; programs of everything, if they name none. */
export function faultsIn(draft: Draft): { [P in Place]?: Key } {
    const { by, district, pincode, age, protocol } = draft;
    const anywhere = protocol !== "email";
    return {
        ...(by === "district" && district === null && !anywhere && { district: "alerts.noPlace" as const }),
        ...(by === "pincode" && !isPincode(pincode) && !(anywhere && pincode === "") && { pincode: "alerts.badPincode" as const }),
        ...(age !== "" && !(/^\d{1,3}$/.test(age) && Number(age) <= 120) && { age: "alerts.badAge" as const }),
        ...(!isEndpoint(draft) && { endpoint: badEndpoint(protocol) }),
    };
}

export function requestOf({ by, district, pincode, vaccine, dose, age, protocol, endpoint }: Draft): NewSubscription {
    const place = by === "district" ? { district_id: district } : { pincode: pincode === "" ? null : Number(pincode) };
    const filter = { ...place, vaccine, dose, age: age === "" ? null : Number(age) };
    return { protocol, endpoint: endpoint.trim(), filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null)) };
}

function isEndpoint({ protocol, endpoint }: Draft): boolean {
    const text = endpoint.trim();
    if (protocol === "email") return isEmail(text);
    // What else there is to say of these, the API says.
    return /^[!-~]{1,500}$/.test(text) && (protocol === "https" ? /^https?:\/\/[^/]/.test(text) : text.startsWith("arn:"));
}

function badEndpoint(protocol: SubscriptionProtocol): Key {
    return protocol === "email" ? "badEmail" : `alerts.bad.${protocol}`;
}

/** At which field a refusal is to be said; null where it is of none of them. */
export function faultsOf({ slug, members }: Refusal, protocol: SubscriptionProtocol): { [P in Place]?: Key } | null {
    if (slug === "endpoint-refused" || slug === "endpoint-subscribed") return { endpoint: `problem.${slug}` };
    if (slug !== "invalid-body") return null;
    switch (members["pointer"]) {
        case "/endpoint":
            return { endpoint: badEndpoint(protocol) };
        case "/filter/district_id":
            return { district: "alerts.noPlace" };
        case "/filter/pincode":
            return { pincode: "alerts.badPincode" };
        case "/filter/age":
            return { age: "alerts.badAge" };
        default:
            return null;
    }
}
