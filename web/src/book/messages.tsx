// How somebody wants to be told what happens to their appointments.
import { useState } from "preact/hooks";
import type { MessageLanguage, Preferences } from "../../.generated/api.ts";
import { LANGUAGE_NAMES, LANGUAGES } from "../lib/format.ts";
import { CHANNELS, type Draft, draftOf, faultsIn, faultsOf, type Place, wanted } from "../lib/preferences.ts";
import { Refusal } from "../lib/problem.ts";
import { useApp } from "../ui/app.tsx";
import { Check, Checks, Choice, Field, Submit, Told, useDoing } from "../ui/controls.tsx";
import { useOnce } from "../ui/data.ts";
import { useFaults } from "../ui/faults.tsx";
import { Problem } from "../ui/problem.tsx";
import { Heading } from "../ui/route.tsx";

const PATH = "/v1/account/preferences";

export function Messages() {
    const { api, t } = useApp();
    const saved = useOnce("preferences", async () => (await api.read<Preferences>(PATH)).body);
    return (
        <>
            <Heading name={t("book.messages")} />
            <p>
                <a href="#/">{t("back")}</a>
            </p>
            <p>{t("messages.lead")}</p>
            <Problem refusal={saved.refusal} again={saved.again} />
            {!saved.data && !saved.refusal && <p role="status">{t("loading")}</p>}
            {saved.data && <MessagesForm first={saved.data} />}
        </>
    );
}

function MessagesForm({ first }: { first: Preferences }) {
    const { api, t } = useApp();
    const [saved, keep] = useState(first);
    const [draft, setDraft] = useState(() => draftOf(first));
    const [news, setNews] = useState<Preferences | null>(null);
    const faults = useFaults<Place>();
    const doing = useDoing();

    function set(change: Partial<Draft>): void {
        setDraft({ ...draft, ...change });
        setNews(null);
        faults.forget("from" in change || "to" in change ? ["quiet"] : Object.keys(change));
    }

    async function send(): Promise<void> {
        const json = wanted(draft, saved);
        try {
            await api.write<undefined>({ method: "PUT", path: PATH, json });
        } catch (error) {
            const found = error instanceof Refusal ? faultsOf(error) : null;
            if (!found) throw error;
            faults.tell(found);
            return;
        }
        keep(json);
        setDraft(draftOf(json));
        setNews(json);
    }

    return (
        <form
            ref={faults.form}
            class="panel"
            noValidate
            aria-label={t("book.messages")}
            onSubmit={(event) => {
                event.preventDefault();
                setNews(null);
                if (faults.tell(faultsIn(draft))) void doing.run(send);
            }}
        >
            <Check label={t("messages.told")} checked={draft.told} onCheck={(told) => set({ told })} />
            {draft.told && (
                <>
                    <Languages language={draft.language} onLanguage={(language) => set({ language })} />
                    <Checks
                        legend={t("messages.channels")}
                        hint={t("messages.channelsHint")}
                        fault={faults.at("channels")}
                        options={CHANNELS.map((channel) => ({ value: channel, text: t(`channel.${channel}`) }))}
                        chosen={draft.channels}
                        onChosen={(channels) => set({ channels })}
                    />
                    {draft.channels.includes("EMAIL") && (
                        <Field
                            label={t("messages.email")}
                            hint={t("messages.emailHint")}
                            fault={faults.at("email")}
                            type="email"
                            autocomplete="email"
                            maxLength={254}
                            required
                            value={draft.email}
                            onText={(email) => set({ email })}
                        />
                    )}
                    <Check label={t("messages.quiet")} checked={draft.quiet} onCheck={(quiet) => set({ quiet })} />
                    {draft.quiet && (
                        <div class="fields">
                            <Field label={t("messages.from")} type="time" required value={draft.from} fault={faults.at("quiet")} onText={(from) => set({ from })} />
                            <Field label={t("messages.to")} hint={t("messages.quietHint")} type="time" required value={draft.to} onText={(to) => set({ to })} />
                        </div>
                    )}
                </>
            )}
            <Problem refusal={doing.refusal} />
            <Told>{news && <Saved saved={news} />}</Told>
            <Submit busy={doing.busy}>{t("save")}</Submit>
        </form>
    );
}

/** Offers the language that the page is read in. */
function Languages({ language, onLanguage }: { language: MessageLanguage; onLanguage: (language: MessageLanguage) => void }) {
    const { t, language: read } = useApp();
    return (
        <>
            <Choice
                label={t("messages.language")}
                value={language}
                options={LANGUAGES.map((known) => ({ value: known, text: LANGUAGE_NAMES[known] }))}
                onPick={(picked) => onLanguage(picked as MessageLanguage)}
            />
            {language !== read && (
                <p class="row">
                    <button type="button" onClick={() => onLanguage(read)}>
                        {t("messages.useLanguage", { language: LANGUAGE_NAMES[read] })}
                    </button>
                </p>
            )}
        </>
    );
}

function Saved({ saved }: { saved: Preferences }) {
    const { t } = useApp();
    if (saved.opted_out) return t("messages.savedNone");
    const channels = saved.channels.map((channel) => t(`channel.${channel}`)).join(", ");
    const quiet = saved.quiet_hours ? `${saved.quiet_hours.from}–${saved.quiet_hours.to}` : t("messages.noQuiet");
    return t("messages.saved", { language: LANGUAGE_NAMES[saved.language], channels, quiet });
}
