// What the pages of a citizen show, read once and again when it has changed.
import type { Appointments, Beneficiaries, Center, Sessions } from "../../.generated/api.ts";
import type { Api } from "../lib/api.ts";
import { addDays, dayIn, INDIA } from "../lib/format.ts";
import { seen } from "../search/places.tsx";
import { useApp } from "../ui/app.tsx";
import { useOnce } from "../ui/data.ts";

const centers = new Map<number, Promise<Center>>();

/** Centers hardly change: each is read once while the page is there. */
export function centerOf(api: Api, id: number): Promise<Center> {
    const known = centers.get(id);
    if (known) return known;
    const asked = api.look<Center>(`/v1/centers/${id}`).then((answer) => answer.body);
    centers.set(id, asked);
    asked.catch(() => centers.delete(id));
    return asked;
}

export function useFamily() {
    const { api } = useApp();
    return useOnce(api.login.present ? "family" : null, async () => (await api.read<Beneficiaries>("/v1/beneficiaries")).body.beneficiaries);
}

export function useAppointments() {
    const { api } = useApp();
    return useOnce("appointments", async () => (await api.read<Appointments>("/v1/appointments")).body.appointments);
}

export function useCenter(id: number) {
    const { api } = useApp();
    return useOnce(`center ${id}`, () => centerOf(api, id)).data;
}

/** The name of a district, if it was listed before or has a session this week; else null. */
export function useDistrict(id: number | null): string | null {
    const { api } = useApp();
    const found = useOnce(id === null ? null : `district ${id}`, async () => {
        const today = dayIn(INDIA, new Date());
        const path = `/v1/sessions?district_id=${id}&from=${today}&to=${addDays(today, 6)}&limit=1`;
        return seen.get(id ?? 0) ?? (await api.look<Sessions>(path)).body.sessions[0]?.center ?? null;
    });
    return found.data && `${found.data.district_name}, ${found.data.state_name}`;
}
