import Mustache

/// The page as Mustache templates. `{{name}}` is escaped; the only unescaped value is a chart's markup.
enum PageTemplate {
    /// Compiled once. A partial does not inherit the content type of the page, so each states it.
    static let library = Result {
        MustacheContentTypes.register(HTMLContentType(), named: HTMLContentType.name)
        return MustacheLibrary(templates: [
            "page": try MustacheTemplate(string: pragma + page),
            "table": try MustacheTemplate(string: pragma + table),
        ])
    }

    private static let pragma = "{{% CONTENT_TYPE: \(HTMLContentType.name)}}"

    static let page = #"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>{{title}}</title>
        <style>
        \#(Stylesheet.text)
        </style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the report</a>
        <header>
        <h1><bdi>{{title}}</bdi></h1>
        <p class="subtitle">{{subtitle}}</p>
        </header>
        <main id="main">
        {{#banner}}
        <p class="banner" role="note"><strong>{{.}}</strong></p>
        {{/banner}}
        {{#sections}}
        <section aria-labelledby="{{anchor}}">
        <h2 id="{{anchor}}">{{heading}}</h2>
        {{#blocks}}
        {{#lead}}
        <p class="lead">{{.}}</p>
        {{/lead}}
        {{#paragraph}}
        <p>{{.}}</p>
        {{/paragraph}}
        {{#list}}
        {{#name}}
        <h3>{{.}}</h3>
        {{/name}}
        <ul>
        {{#items}}
        <li>{{.}}</li>
        {{/items}}
        </ul>
        {{/list}}
        {{#table}}
        {{> table}}
        {{/table}}
        {{#figure}}
        <figure>
        <div class="scroll" tabindex="0" role="region" aria-label="Chart. {{legend}}">{{{svg}}}</div>
        <figcaption>{{legend}}</figcaption>
        </figure>
        {{#data}}
        {{> table}}
        {{/data}}
        {{/figure}}
        {{#links}}
        <h3>{{linksName}}</h3>
        <ul>
        {{#entries}}
        <li><a href="{{target}}">{{label}}</a>{{detail}}</li>
        {{/entries}}
        </ul>
        {{/links}}
        {{/blocks}}
        </section>
        {{/sections}}
        </main>
        </body>
        </html>

        """#

    static let table = #"""
        <div class="scroll" tabindex="0" role="region" aria-label="{{caption}}">
        <table>
        <caption>{{caption}}</caption>
        <thead><tr>{{#columns}}<th scope="col" class="{{alignment}}">{{header}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr class="{{tone}}"><th scope="row">{{rowHeader}}</th>{{#cells}}<td class="{{alignment}}">{{text}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table>
        </div>

        """#
}

/// Documents as HTML pages: one file, styles inside, no script.
enum HTMLRenderer {
    static func page(_ document: Document) throws -> String {
        let library = try PageTemplate.library.get()
        guard let page = library.render(PageView(document), withTemplate: "page") else {
            throw MissingTemplate(name: "page")
        }
        return page
    }

    /// A template that the library does not hold: a fault of this build, not of its input.
    struct MissingTemplate: Error, CustomStringConvertible {
        var name: String
        var description: String { "the page template '\(name)' is not part of this build; reinstall fairway" }
    }
}
