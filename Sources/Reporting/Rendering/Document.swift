/// A report as headings, sentences, tables and charts: what every format for people is written from.
///
/// All strings are plain text; each renderer escapes them for its own format.
struct Document {
    struct Section {
        /// The fragment that links point at; unique in the document.
        var anchor: String
        var heading: String
        var blocks: [Block]
    }

    enum Block {
        /// The one sentence to read if only one is read.
        case lead(String)
        case paragraph(String)
        /// A caption over sentences, or over nothing when `title` is `nil`.
        case list(title: String?, items: [String])
        case table(Table)
        case figure(Figure)
        /// Links to other documents, relative to this one.
        case links(title: String, items: [Link])
    }

    /// The first cell of each row is the row's header.
    struct Table {
        struct Column {
            var header: String
            var isNumeric: Bool

            static func text(_ header: String) -> Column { Column(header: header, isNumeric: false) }
            static func number(_ header: String) -> Column { Column(header: header, isNumeric: true) }
        }

        /// How a row stands out where a format can show it; the row's own words always say the same.
        enum Tone: String {
            case good, bad, unsure
        }

        var caption: String
        var columns: [Column]
        var rows: [[String]]
        /// One a row, or empty when no row stands out.
        var tones: [Tone] = []
    }

    /// A chart whose numbers stand in a table next to it; the caption explains the drawing only.
    struct Figure {
        var chart: SVGElement
        var caption: String
        var table: Table
    }

    struct Link {
        var text: String
        /// A relative path of slugs; renderers escape it, and it is never taken from a name of outside.
        var target: String
        /// What follows the link in the same sentence.
        var detail: String
    }

    var title: String
    /// One line beneath the title.
    var subtitle: String
    /// A warning that stands above everything, such as that the data are simulated.
    var banner: String?
    var sections: [Section]
}
