// States and districts to choose from.
import type { District, Districts, States } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { Choice } from "../ui/controls.tsx";
import { useOnce } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";

interface Place {
    state: number | null;
    district: number | null;
}

interface PlaceChoiceProps extends Place {
    fault?: string | undefined;
    onPlace: (place: Place) => void;
}

/** Those that were listed while the page is there: the API names a district only among those of its state. */
export const seen = new Map<number, District>();

export function PlaceChoice({ state, district, fault, onPlace }: PlaceChoiceProps) {
    const { t, api } = useApp();
    const states = useOnce("states", async () => (await api.look<States>("/v1/states")).body.states);
    const path = state === null ? null : `/v1/states/${state}/districts`;
    const districts = useOnce(path, async () => {
        const listed = (await api.look<Districts>(path ?? "")).body.districts;
        for (const known of listed) seen.set(known.district_id, known);
        return listed;
    });
    const here = districts.data?.filter((known) => known.state_id === state) ?? [];
    return (
        <>
            <Choice
                label={t("state")}
                value={String(state ?? "")}
                none={t("choose")}
                fault={state === null ? fault : undefined}
                options={(states.data ?? []).map((known) => ({ value: String(known.state_id), text: known.state_name }))}
                onPick={(value) => onPlace({ state: value === "" ? null : Number(value), district: null })}
            />
            <Choice
                label={t("district")}
                value={here.length > 0 ? String(district ?? "") : ""}
                none={t("choose")}
                fault={state === null ? undefined : fault}
                options={here.map((known) => ({ value: String(known.district_id), text: known.district_name }))}
                onPick={(value) => onPlace({ state, district: value === "" ? null : Number(value) })}
            />
            <Problem refusal={states.refusal ?? districts.refusal} again={() => (states.refusal ? states : districts).again()} />
        </>
    );
}
