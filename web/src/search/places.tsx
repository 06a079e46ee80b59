// States and districts to choose from.
import type { Districts, States } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { Choice } from "../ui/controls.tsx";
import { useOnce } from "../ui/data.ts";
import { Problem } from "../ui/problem.tsx";

interface Place {
    state: number | null;
    district: number | null;
}

export function PlaceChoice({ state, district, onPlace }: Place & { onPlace: (place: Place) => void }) {
    const { t, api } = useApp();
    const states = useOnce("states", async () => (await api.look<States>("/v1/states")).body.states);
    const path = state === null ? null : `/v1/states/${state}/districts`;
    const districts = useOnce(path, async () => (await api.look<Districts>(path ?? "")).body.districts);
    const here = districts.data?.filter((known) => known.state_id === state) ?? [];
    return (
        <>
            <Choice
                label={t("state")}
                value={String(state ?? "")}
                none={t("choose")}
                options={(states.data ?? []).map((known) => ({ value: String(known.state_id), text: known.state_name }))}
                onPick={(value) => onPlace({ state: value === "" ? null : Number(value), district: null })}
            />
            <Choice
                label={t("district")}
                value={here.length > 0 ? String(district ?? "") : ""}
                none={t("choose")}
                options={here.map((known) => ({ value: String(known.district_id), text: known.district_name }))}
                onPick={(value) => onPlace({ state, district: value === "" ? null : Number(value) })}
            />
            <Problem refusal={states.refusal ?? districts.refusal} again={() => (states.refusal ? states : districts).again()} />
        </>
    );
}
