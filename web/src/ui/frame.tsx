import type { ComponentChildren } from "preact";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../lib/format.ts";
import { type PageName, useApp, useLogin } from "./app.tsx";

const PAGES: readonly { page: PageName; href: string; key: "nav.availability" | "nav.book" | "nav.staff" | "nav.reports" }[] = [
    { page: "availability", href: "./", key: "nav.availability" },
    { page: "book", href: "book.html", key: "nav.book" },
    { page: "staff", href: "staff.html", key: "nav.staff" },
    { page: "reports", href: "reports.html", key: "nav.reports" },
];

/** The head with the ways to the other pages, and the main part. */
export function Frame({ page, children }: { page: PageName; children: ComponentChildren }) {
    const { t, language, setLanguage, api } = useApp();
    const login = useLogin();
    return (
        <>
            <a class="skip" href="#main" onClick={skip}>
                {t("skip")}
            </a>
            <header class="head">
                <a class="brand" href="./">
                    {t("brand")}
                </a>
                <nav aria-label={t("nav")}>
                    {PAGES.map((link) => (
                        <a key={link.page} href={link.href} aria-current={link.page === page ? "page" : undefined}>
                            {t(link.key)}
                        </a>
                    ))}
                </nav>
                <div class="head-tools">
                    <label class="language">
                        <span class="unseen">{t("language")}</span>
                        <select value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
                            {LANGUAGES.map((known) => (
                                <option key={known} value={known} lang={known}>
                                    {LANGUAGE_NAMES[known]}
                                </option>
                            ))}
                        </select>
                    </label>
                    {login.present && (
                        <button type="button" class="quiet" onClick={() => void api.logOut()}>
                            {t("logOut")}
                        </button>
                    )}
                </div>
            </header>
            <main id="main" tabIndex={-1}>
                {children}
            </main>
            <footer class="foot">
                <p>{t("foot")}</p>
            </footer>
        </>
    );
}

/** Pages keep their place in the fragment of the address, so the link must not change it. */
function skip(event: Event): void {
    event.preventDefault();
    document.getElementById("main")?.focus();
}
