/// How pages look: light and dark, on screen and on paper. Text contrast is at least 4.5:1, lines 3:1.
///
/// Series differ by dash as well as by colour (Okabe & Ito's palette, adjusted for contrast on each ground).
enum Stylesheet {
    static let text = base + charts + media

    private static let base = """
        :root {
          color-scheme: light dark;
          --ground: #ffffff; --panel: #f5f7f9; --ink: #1b2430; --faint: #55606e; --rule: #d5dbe2;
          --accent: #0b5cab; --good: #1a7f4b; --bad: #b3261e; --unsure: #8a5a00; --grid: #e6eaee;
          --series-0: #4b5563; --series-1: #0067b1; --series-2: #b34700; --series-3: #00795c; --series-4: #9c3f7d;
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 62rem; background: var(--ground);
          color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
          overflow-wrap: break-word; }
        .skip { position: absolute; left: -999rem; }
        .skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--ground); color: var(--accent); }
        a { color: var(--accent); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        header { border-bottom: 1px solid var(--rule); padding-bottom: 1rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .35rem; letter-spacing: -.01em; }
        h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; }
        h3 { font-size: 1rem; margin: 1.4rem 0 .35rem; }
        p { margin: .6rem 0; }
        .subtitle { color: var(--faint); margin: 0; }
        .banner { margin: 1.25rem 0 0; padding: .7rem 1rem; border: 2px dashed var(--unsure); color: var(--unsure); }
        .lead { font-size: 1.25rem; line-height: 1.45; margin: 0 0 1rem; padding: 1rem 1.25rem;
          background: var(--panel); border-left: 5px solid var(--accent); }
        ul { margin: .25rem 0 1rem; padding-left: 1.25rem; }
        li { margin: .2rem 0; }
        .scroll { overflow-x: auto; margin: .75rem 0 1.25rem; }
        table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
        caption { text-align: left; color: var(--faint); padding: 0 0 .4rem; }
        th, td { text-align: left; vertical-align: top; padding: .45rem .55rem; border-bottom: 1px solid var(--rule); }
        thead th { vertical-align: bottom; color: var(--faint); font-weight: 600; border-bottom: 2px solid var(--rule); }
        tbody th { font-weight: 600; }
        th:first-child { padding-left: .5rem; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        td.brief, tr.brief > th { white-space: nowrap; }
        @media (max-width: 75rem) { td.brief, tr.brief > th { white-space: normal; } }
        td.text { min-width: 6rem; }
        tr.good > th { box-shadow: inset 4px 0 var(--good); }
        tr.bad > th { box-shadow: inset 4px 0 var(--bad); }
        tr.unsure > th { box-shadow: inset 4px 0 var(--unsure); }
        tr.good > th, tr.bad > th, tr.unsure > th { padding-left: .9rem; }
        figure { margin: 0; }
        figcaption { color: var(--faint); font-size: .875rem; }

        """

    private static let charts = """
        .chart { display: block; width: 100%; min-width: 44rem; height: auto; }
        .chart text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
          fill: var(--ink); font-variant-numeric: tabular-nums; }
        .chart .faint { fill: var(--faint); font-size: 12.5px; }
        .chart .strong { font-weight: 600; }
        .chart line, .chart path { fill: none; }
        .axis, .tick { stroke: var(--faint); stroke-width: 1; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .zero { stroke: var(--ink); stroke-width: 1.25; }
        .interval { stroke: var(--accent); stroke-width: 6; opacity: .72; }
        .thin { stroke: var(--ink); stroke-width: 1.5; }
        .arrow { stroke: var(--accent); stroke-width: 2; }
        .limit { stroke: var(--bad); stroke-width: 2.5; stroke-dasharray: 4 3; }
        .mark { fill: var(--ink); stroke: var(--ground); stroke-width: 1.5; }
        .trend { stroke: var(--faint); stroke-width: 1.25; }
        .boundary { stroke: var(--series-2); stroke-width: 1.75; stroke-dasharray: 6 4; }
        .curve { stroke-width: 2.25; }
        .curve.series-0 { stroke: var(--series-0); }
        .curve.series-1 { stroke: var(--series-1); stroke-dasharray: 9 4; }
        .curve.series-2 { stroke: var(--series-2); stroke-dasharray: 3 3; }
        .curve.series-3 { stroke: var(--series-3); stroke-dasharray: 12 3 3 3; }
        .curve.series-4 { stroke: var(--series-4); stroke-dasharray: 1.5 4; }
        .chart .band { stroke: none; fill-opacity: .13; }
        .chart .band.series-0 { fill: var(--series-0); }
        .chart .band.series-1 { fill: var(--series-1); }
        .chart .band.series-2 { fill: var(--series-2); }
        .chart .band.series-3 { fill: var(--series-3); }
        .chart .band.series-4 { fill: var(--series-4); }

        """

    private static let media = """
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #14181d; --panel: #1d242c; --ink: #e8ecf1; --faint: #a7b1be; --rule: #36404b;
            --accent: #74b3f0; --good: #5cc98f; --bad: #ff8a80; --unsure: #f0b64d; --grid: #262e37;
            --series-0: #b4bdc9; --series-1: #62b0f0; --series-2: #f09a5c; --series-3: #4fcfa8; --series-4: #e6a0cb;
          }
        }
        @media print {
          :root { color-scheme: light; --ground: #ffffff; --panel: #f5f7f9; --ink: #000000; --faint: #444444;
            --rule: #bbbbbb; --accent: #0b5cab; --good: #1a7f4b; --bad: #b3261e; --unsure: #8a5a00; --grid: #dddddd;
            --series-0: #4b5563; --series-1: #0067b1; --series-2: #b34700; --series-3: #00795c; --series-4: #9c3f7d; }
          body { max-width: none; padding: 0; font-size: 10.5pt; }
          .skip { display: none; }
          .scroll { overflow: visible; }
          .chart { min-width: 0; }
          table { font-size: 8.5pt; }
          th, td { padding: .25rem .35rem; }
          td.text { min-width: 0; }
          h2, h3, caption { break-after: avoid; }
          figure, tr, .lead { break-inside: avoid; }
        }
        """
}
