import Hummingbird

/// Where the practice CRM is reached, and how slow its slow answers are.
struct PracticeSite: Sendable {
    /// `http` or `https`.
    let scheme: String
    /// Host and port when a request names none.
    let fallbackAuthority: String
    let slowAnswer: Duration

    /// `http://127.0.0.1:8090`, as the request addressed it.
    func base(of request: Request) -> String { "\(scheme)://\(request.head.authority ?? fallbackAuthority)" }
}
