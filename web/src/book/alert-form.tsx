import { useId, useState } from "preact/hooks";
import type { Subscription, SubscriptionProtocol } from "../../.generated/api.ts";
import { type Draft, draftOf, faultsIn, faultsOf, type Place, requestOf } from "../lib/alerts.ts";
import { fromAddress } from "../lib/filters.ts";
import { dayIn, INDIA } from "../lib/format.ts";
import { Refusal } from "../lib/problem.ts";
import { DoseChoice } from "../search/dose.tsx";
import { PlaceChoice } from "../search/places.tsx";
import { useApp } from "../ui/app.tsx";
import { Field, Picks, Submit, useDoing } from "../ui/controls.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Problem } from "../ui/problem.tsx";
import { useRoute } from "../ui/route.tsx";

interface FormProps {
    name: string;
    /** The kinds of addresses that may be told. */
    protocols: readonly [SubscriptionProtocol, ...SubscriptionProtocol[]];
    onMade: (alert: Subscription) => void;
}

/** Begins with what was searched for, if somebody comes from a search. */
export function AlertForm({ name, protocols, onMade }: FormProps) {
    const { api, t } = useApp();
    const { query } = useRoute();
    const [draft, setDraft] = useState(() => draftOf(fromAddress(query, dayIn(INDIA, new Date())), protocols[0]));
    const faults = useFaults<Place>();
    const doing = useDoing();
    const { protocol } = draft;

    function set(change: Partial<Draft>): void {
        setDraft({ ...draft, ...change });
        faults.forget(Object.keys(change));
    }

    async function send(): Promise<void> {
        try {
            const { body } = await api.write<Subscription>({ method: "POST", path: "/v1/subscriptions", json: requestOf(draft) });
            setDraft({ ...draft, endpoint: "" });
            onMade(body);
        } catch (error) {
            const found = error instanceof Refusal ? faultsOf(error, protocol) : null;
            if (!found) throw error;
            faults.tell(found);
        }
    }

    return (
        <form
            ref={faults.form}
            noValidate
            aria-label={name}
            onSubmit={(event) => {
                event.preventDefault();
                if (faults.tell(faultsIn(draft))) void doing.run(send);
            }}
        >
            <What draft={draft} set={set} fault={faults.at} />
            {protocols.length > 1 && (
                <Picks
                    legend={t("alerts.kind")}
                    name={`${useId()}-kind`}
                    value={protocol}
                    options={protocols.map((known) => ({ value: known, text: t(`alerts.to.${known}`) }))}
                    onPick={(picked) => set({ protocol: picked as SubscriptionProtocol, endpoint: "" })}
                />
            )}
            <Field
                label={t(`alerts.address.${protocol}`)}
                hint={t(`alerts.hint.${protocol}`)}
                fault={faults.at("endpoint")}
                type={protocol === "email" ? "email" : "text"}
                inputMode={protocol === "https" ? "url" : undefined}
                autocomplete={protocol === "email" ? "email" : "off"}
                maxLength={500}
                required
                value={draft.endpoint}
                onText={(endpoint) => set({ endpoint })}
            />
            <Problem refusal={doing.refusal} />
            <Submit busy={doing.busy}>{t("alerts.make")}</Submit>
        </form>
    );
}

interface WhatProps {
    draft: Draft;
    set: (change: Partial<Draft>) => void;
    fault: (place: Place) => string | undefined;
}

/** Of which sessions to be told. */
function What({ draft, set, fault }: WhatProps) {
    const { t } = useApp();
    const id = useId();
    return (
        <>
            <Picks
                legend={t("alerts.where")}
                name={`${id}-by`}
                value={draft.by}
                options={[
                    { value: "district", text: t("district") },
                    { value: "pincode", text: t("pincode") },
                ]}
                onPick={(by) => set({ by: by as Draft["by"] })}
            />
            <div class="fields">
                {draft.by === "district" ? (
                    <PlaceChoice state={draft.state} district={draft.district} fault={fault("district")} onPlace={set} />
                ) : (
                    <Field
                        label={t("pincode")}
                        hint={t("pincode.hint")}
                        fault={fault("pincode")}
                        inputMode="numeric"
                        autocomplete="postal-code"
                        maxLength={6}
                        value={draft.pincode}
                        onText={(pincode) => set({ pincode: pincode.replace(/\D/g, "") })}
                    />
                )}
            </div>
            <div class="fields">
                <DoseChoice vaccine={draft.vaccine} dose={draft.dose} onPick={set} />
                <Field
                    label={t("age")}
                    hint={t("alerts.ageHint")}
                    fault={fault("age")}
                    inputMode="numeric"
                    maxLength={3}
                    value={draft.age}
                    onText={(age) => set({ age: age.trim() })}
                />
            </div>
        </>
    );
}
