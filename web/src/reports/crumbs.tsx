// The way down to here, by names, and back up.
import type { Center, Districts, States } from "../../.generated/api.ts";
import { useApp } from "../ui/app.tsx";
import { useOnce } from "../ui/data.ts";
import { addressOf, LEVELS, type Place, upTo } from "./place.ts";

export function Crumbs({ place }: { place: Place }) {
    const { t } = useApp();
    const names = useNames(place);
    const levels = LEVELS.filter((level) => place[level] !== null);
    return (
        <nav class="crumbs" aria-label={t("reports.where")}>
            <ol>
                <li>
                    <a href={addressOf(upTo(place, null))} aria-current={levels.length === 0 ? "page" : undefined}>
                        {t("reports.country")}
                    </a>
                </li>
                {levels.map((level, index) => (
                    <li key={level}>
                        <a href={addressOf(upTo(place, level))} aria-current={index === levels.length - 1 ? "page" : undefined}>
                            {names[level] ?? `${t(`reports.${level}`)} ${level === "session" ? "" : place[level]}`}
                        </a>
                    </li>
                ))}
            </ol>
        </nav>
    );
}

function useNames(place: Place): Partial<Record<(typeof LEVELS)[number], string>> {
    const { api } = useApp();
    const key = JSON.stringify([place.state, place.district, place.center]);
    const found = useOnce(key, async () => {
        if (place.center !== null) {
            const { body } = await api.look<Center>(`/v1/centers/${encodeURIComponent(place.center)}`);
            return { state: body.state_name, district: body.district_name, center: body.name };
        }
        if (place.state === null) return {};
        if (place.district === null) {
            const { body } = await api.look<States>("/v1/states");
            return named({ state: body.states.find(({ state_id }) => String(state_id) === place.state)?.state_name });
        }
        const { body } = await api.look<Districts>(`/v1/states/${encodeURIComponent(place.state)}/districts`);
        const district = body.districts.find(({ district_id }) => String(district_id) === place.district);
        return named({ state: district?.state_name, district: district?.district_name });
    });
    return found.data ?? {};
}

function named(names: Record<string, string | undefined>): Record<string, string> {
    return Object.fromEntries(Object.entries(names).flatMap(([level, name]) => (name === undefined ? [] : [[level, name]])));
}
