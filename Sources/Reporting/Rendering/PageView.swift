/// A document as the page template reads it: every name in a template is a property here.
struct PageView {
    struct Section {
        let anchor: String
        let heading: String
        let blocks: [Block]
    }

    /// Exactly one property is set. Names differ from those of the enclosing views: a template looks up a
    /// missing name in the views around it.
    struct Block {
        var lead: String?
        var paragraph: String?
        var list: List?
        var table: Table?
        var figure: Figure?
        var links: Links?
    }

    struct List {
        let name: String?
        let items: [String]
    }

    struct Table {
        struct Column {
            let header: String
            let alignment: String
        }

        struct Row {
            let tone: String
            let rowHeader: String
            let cells: [Cell]
        }

        struct Cell {
            let text: String
            let alignment: String
        }

        let caption: String
        let columns: [Column]
        let rows: [Row]
    }

    struct Figure {
        /// Markup made by ``SVGElement``, the only value a template inserts as it is.
        let svg: String
        let legend: String
        let data: Table
    }

    struct Links {
        struct Item {
            let label: String
            let target: String
            let detail: String
        }

        let linksName: String
        let entries: [Item]
    }

    let title: String
    let subtitle: String
    let banner: String?
    let sections: [Section]
}

extension PageView {
    init(_ document: Document) {
        title = document.title
        subtitle = document.subtitle
        banner = document.banner
        sections = document.sections.map {
            Section(anchor: $0.anchor, heading: $0.heading, blocks: $0.blocks.map(Block.init))
        }
    }
}

extension PageView.Block {
    init(_ block: Document.Block) {
        switch block {
        case .lead(let text): self.init(lead: text)
        case .paragraph(let text): self.init(paragraph: text)
        case .list(let title, let items): self.init(list: PageView.List(name: title, items: items))
        case .table(let table): self.init(table: PageView.Table(table))
        case .figure(let figure):
            self.init(
                figure: PageView.Figure(
                    svg: figure.chart.markup, legend: figure.caption, data: PageView.Table(figure.table)))
        case .links(let title, let items):
            let entries = items.map {
                PageView.Links.Item(label: $0.text, target: $0.target, detail: $0.detail)
            }
            self.init(links: PageView.Links(linksName: title, entries: entries))
        }
    }
}

extension PageView.Table {
    init(_ table: Document.Table) {
        let alignments = table.columns.map { $0.isNumeric ? "number" : "text" }
        caption = table.caption
        columns = zip(table.columns, alignments).map { Column(header: $0.header, alignment: $1) }
        rows = table.rows.enumerated().map { index, row in
            let cells = zip(row, alignments).dropFirst().map { text, alignment in
                Cell(text: text, alignment: alignment + (PageView.Table.staysOnOneLine(text) ? " brief" : ""))
            }
            let tone = table.tones.indices.contains(index) ? table.tones[index].rawValue : "plain"
            let header = row.first ?? ""
            return Row(
                tone: tone + (PageView.Table.staysOnOneLine(header) ? " brief" : ""), rowHeader: header,
                cells: cells)
        }
    }

    /// Numbers, dates and short names are not broken over lines; reasons are.
    private static func staysOnOneLine(_ text: String) -> Bool { text.count <= 22 }
}
