// Where, when and what to look for.
import type { Fee } from "../../.generated/api.ts";
import { type Filters, isPincode } from "../lib/filters.ts";
import { addDays, dayIn, INDIA } from "../lib/format.ts";
import { useApp } from "../ui/app.tsx";
import { Check, Choice, Field, Picks } from "../ui/controls.tsx";
import { DoseChoice } from "./dose.tsx";
import { PlaceChoice } from "./places.tsx";

interface FormProps {
    filters: Filters;
    onFilters: (filters: Filters) => void;
    /** Vaccine and dose are given, as when an appointment is moved. */
    settled?: boolean;
}

export function SearchForm({ filters, onFilters, settled }: FormProps) {
    const { t } = useApp();
    const set = (change: Partial<Filters>) => onFilters({ ...filters, ...change });
    const badPincode = filters.pincode.length >= 6 && !isPincode(filters.pincode);
    return (
        <form class="search" role="search" aria-label={t("search.form")} onSubmit={(event) => event.preventDefault()}>
            <Picks
                legend={t("search.by")}
                name="by"
                value={filters.by}
                options={[
                    { value: "district", text: t("district") },
                    { value: "pincode", text: t("pincode") },
                ]}
                onPick={(by) => set({ by: by as Filters["by"] })}
            />
            <div class="fields">
                {filters.by === "district" ? (
                    <PlaceChoice state={filters.state} district={filters.district} onPlace={set} />
                ) : (
                    <Field
                        label={t("pincode")}
                        hint={t("pincode.hint")}
                        value={filters.pincode}
                        inputMode="numeric"
                        autocomplete="postal-code"
                        maxLength={6}
                        aria-invalid={badPincode ? "true" : undefined}
                        onText={(pincode) => set({ pincode: pincode.replace(/\D/g, "") })}
                    />
                )}
            </div>
            <Days date={filters.date} onDate={(date) => set({ date })} />
            <details class="more" open={hasMore(filters)}>
                <summary>{t("search.filters")}</summary>
                <div class="fields">
                    {!settled && <DoseChoice vaccine={filters.vaccine} dose={filters.dose} onPick={set} />}
                    <Field
                        label={t("age")}
                        type="number"
                        min={0}
                        max={120}
                        inputMode="numeric"
                        value={filters.age ?? ""}
                        onText={(age) => set({ age: /^\d{1,3}$/.test(age) && Number(age) <= 120 ? Number(age) : null })}
                    />
                    <Choice
                        label={t("fee")}
                        value={filters.fee ?? ""}
                        none={t("any")}
                        options={(["Free", "Paid"] as const).map((fee) => ({ value: fee, text: t(`fee.${fee}`) }))}
                        onPick={(value) => set({ fee: (value || null) as Fee | null })}
                    />
                </div>
                <Check label={t("search.available")} checked={filters.available} onCheck={(available) => set({ available })} />
            </details>
        </form>
    );
}

function hasMore(filters: Filters): boolean {
    return filters.vaccine !== null || filters.dose !== null || filters.age !== null || filters.fee !== null || filters.available;
}

/** A week to choose from, and any other day. */
function Days({ date, onDate }: { date: string; onDate: (date: string) => void }) {
    const { t, f } = useApp();
    const today = dayIn(INDIA, new Date());
    const first = date > addDays(today, 6) ? date : today;
    const week = Array.from({ length: 7 }, (_, day) => addDays(first, day));
    return (
        <div class="days">
            <Picks
                legend={t("day")}
                name="day"
                value={date}
                options={week.map((day) => ({ value: day, text: f.shortDay(day) }))}
                onPick={onDate}
            />
            <Field
                label={t("search.otherDay")}
                type="date"
                min={today}
                value={date}
                onText={(day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && day >= today && onDate(day)}
            />
        </div>
    );
}
