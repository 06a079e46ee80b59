// Registering a center, and changing one.
import { useState } from "preact/hooks";
import type { Center, CenterChangeRequest, CenterRequest, Fee } from "../../.generated/api.ts";
import { isPincode } from "../lib/filters.ts";
import { PlaceChoice } from "../search/places.tsx";
import { useApp } from "../ui/app.tsx";
import { Choice, Field, Submit, Told, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";

export function Centers() {
    const { api, t } = useApp();
    const [number, setNumber] = useState("");
    const [center, setCenter] = useState<Center | null>(null);
    const [told, tell] = useState("");
    const doing = useDoing();
    const load = () =>
        doing.run(async () => {
            tell("");
            setCenter(null);
            setCenter((await api.look<Center>(`/v1/centers/${number}`)).body);
        });
    return (
        <>
            <Told>{told}</Told>
            <section class="panel" aria-labelledby="change-center">
                <h2 id="change-center">{t("centers.change")}</h2>
                <form
                    onSubmit={(event) => {
                        event.preventDefault();
                        if (number !== "") void load();
                    }}
                >
                    <Field label={t("staff.center")} inputMode="numeric" required value={number} onText={(text) => setNumber(text.replace(/\D/g, ""))} />
                    <Problem refusal={doing.refusal} />
                    <Submit busy={doing.busy} disabled={number === ""}>
                        {t("centers.load")}
                    </Submit>
                </form>
                {center && (
                    <CenterForm
                        key={center.center_id}
                        center={center}
                        onDone={(saved) => {
                            setCenter(saved);
                            tell(t("centers.changed", { name: saved.name }));
                        }}
                    />
                )}
            </section>
            <section class="panel" aria-labelledby="register-center">
                <h2 id="register-center">{t("centers.register")}</h2>
                <CenterForm
                    key={told}
                    onDone={(saved) => tell(t("centers.registered", { name: saved.name, id: saved.center_id }))}
                />
            </section>
        </>
    );
}

interface Draft {
    name: string;
    address: string;
    block: string;
    pincode: string;
    opens: string;
    closes: string;
    fee: Fee;
    lat: string;
    long: string;
}

function draftOf(center: Center | undefined): Draft {
    return {
        name: center?.name ?? "", address: center?.address ?? "", block: center?.block ?? "", pincode: center ? String(center.pincode) : "",
        opens: center?.opens ?? "09:00", closes: center?.closes ?? "18:00", fee: center?.fee_type ?? "Free",
        lat: center?.position ? String(center.position.lat) : "", long: center?.position ? String(center.position.long) : "",
    };
}

function asRequest(draft: Draft): Omit<CenterRequest, "district_id"> {
    const position = draft.lat === "" || draft.long === "" ? null : { lat: Number(draft.lat), long: Number(draft.long) };
    return {
        name: draft.name.trim(), address: draft.address.trim(), block: draft.block.trim() || null, pincode: Number(draft.pincode), position,
        opens: draft.opens, closes: draft.closes, fee_type: draft.fee,
    };
}

/** Only what is different: what is left out stays as it is. */
function differences(before: Draft, after: Draft): CenterChangeRequest {
    const [old, wanted] = [asRequest(before), asRequest(after)];
    return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof typeof old])));
}

function CenterForm({ center, onDone }: { center?: Center; onDone: (center: Center) => void }) {
    const { api, t } = useApp();
    const [draft, setDraft] = useState(() => draftOf(center));
    const [place, setPlace] = useState<{ state: number | null; district: number | null }>({ state: null, district: null });
    const doing = useDoing();
    const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
    const whole = draft.name.trim() !== "" && draft.address.trim() !== "" && isPincode(draft.pincode);
    const fits = whole && (center !== undefined || place.district !== null);

    const send = () =>
        doing.run(async () => {
            if (!center) {
                const json = { ...asRequest(draft), district_id: place.district };
                return onDone((await api.write<Center>({ method: "POST", path: "/v1/admin/centers", json })).body);
            }
            const json = differences(draftOf(center), draft);
            if (Object.keys(json).length === 0) return onDone(center);
            onDone((await api.write<Center>({ method: "PATCH", path: `/v1/admin/centers/${center.center_id}`, json })).body);
        });

    return (
        <form
            aria-label={center ? center.name : t("centers.register")}
            onSubmit={(event) => {
                event.preventDefault();
                if (fits) void send();
            }}
        >
            <div class="fields">
                {!center && <PlaceChoice state={place.state} district={place.district} onPlace={setPlace} />}
                <Field label={t("centers.name")} maxLength={100} required value={draft.name} onText={(name) => set({ name })} />
                <Field label={t("centers.address")} maxLength={200} required value={draft.address} onText={(address) => set({ address })} />
                <Field label={t("centers.block")} maxLength={100} value={draft.block} onText={(block) => set({ block })} />
                <Field label={t("pincode")} inputMode="numeric" maxLength={6} required value={draft.pincode} onText={(pincode) => set({ pincode })} />
                <Field label={t("centers.opens")} type="time" required value={draft.opens} onText={(opens) => set({ opens })} />
                <Field label={t("centers.closes")} type="time" required value={draft.closes} onText={(closes) => set({ closes })} />
                <Choice
                    label={t("fee")}
                    value={draft.fee}
                    options={(["Free", "Paid"] as const).map((fee) => ({ value: fee, text: t(`fee.${fee}`) }))}
                    onPick={(fee) => set({ fee: fee as Fee })}
                />
                <Field label={t("centers.lat")} inputMode="decimal" value={draft.lat} onText={(lat) => set({ lat })} />
                <Field label={t("centers.long")} inputMode="decimal" value={draft.long} onText={(long) => set({ long })} />
            </div>
            <Problem refusal={doing.refusal} />
            <Submit busy={doing.busy} disabled={!fits}>
                {center ? t("save") : t("centers.register")}
            </Submit>
        </form>
    );
}
