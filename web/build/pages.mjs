// The pages there are, and the HTML that loads each.
export const PAGES = [
    { name: "availability", file: "index.html", areas: ["common", "problems", "search"] },
    { name: "book", file: "book.html", areas: ["common", "problems", "search", "book"] },
    { name: "staff", file: "staff.html", areas: ["common", "problems", "search", "staff"] },
    { name: "reports", file: "reports.html", areas: ["common", "problems", "reports"] },
];

/** Without scripts there is nothing to see but this. */
const NEEDS_SCRIPT = [
    ["en", "This page needs JavaScript."],
    ["hi", "इस पृष्ठ को JavaScript चाहिए।"],
    ["mr", "या पानाला JavaScript लागते."],
    ["ta", "இந்தப் பக்கத்திற்கு JavaScript தேவை."],
];

export function html({ script, style, preloads }) {
    const words = NEEDS_SCRIPT.map(([lang, text]) => `<p lang="${lang}">${text}</p>`).join("");
    return [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        "<title>Vaxslot</title>",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="description" content="Free places for vaccination, and how to book one.">',
        '<link rel="icon" href="favicon.svg" type="image/svg+xml">',
        `<link rel="stylesheet" href="${style}">`,
        '<link rel="preload" href="config.json" as="fetch" crossorigin>',
        ...preloads.map((chunk) => `<link rel="modulepreload" href="${chunk}">`),
        `<script type="module" src="${script}"></script>`,
        "</head>",
        "<body>",
        `<div id="page"><main><h1>Vaxslot</h1><noscript>${words}</noscript></main></div>`,
        "</body>",
        "</html>",
        "",
    ].join("\n");
}
