internal import Model
internal import Transport

extension HubSpotSource {
    package func checks() async -> [SourceCheck] {
        var checks = [await account(), await clock()]
        for stream in streams {
            checks += await rights(of: stream)
            checks += await fields(of: stream)
            checks += await associations(of: stream)
        }
        return checks
    }

    private func account() async -> SourceCheck {
        do throws(SourceError) {
            let response = try await get(HubSpotPaths.account, [], "reading the account's details")
            let body = try? JSONValue(parsing: response.body, maximumDepth: 16)
            let zone = body?["timeZone"]?.string ?? "unknown"
            let currency = body?["companyCurrency"]?.string ?? "unknown"
            return SourceCheck(
                "credentials", .ok,
                "signed in; the account's time zone is \(zone), its currency \(currency). Dates that HubSpot "
                    + "writes as moments (closedate) become days in that zone: give it as the source's time zone"
            )
        } catch {
            // The details need a scope of their own; rows may be readable all the same.
            return SourceCheck("credentials", .warning, error.description)
        }
    }

    private func clock() async -> SourceCheck {
        do throws(SourceError) {
            let theirs = try await serverTime()
            guard let ours = now?() else {
                return SourceCheck("clock", .ok, "HubSpot's clock says \(theirs)")
            }
            let seconds = abs(ours.milliseconds - theirs.milliseconds) / 1000
            return seconds <= 300
                ? SourceCheck("clock", .ok, "\(seconds) s apart from HubSpot's")
                : SourceCheck(
                    "clock", .failure, "\(seconds) s apart from HubSpot's \(theirs); set this machine's clock"
                )
        } catch {
            return SourceCheck("clock", .failure, error.description)
        }
    }

    /// Whether live and archived rows can be read.
    private func rights(of stream: StreamPlan) async -> [SourceCheck] {
        let type = stream.mapping.object
        var checks: [SourceCheck] = []
        for (query, words) in [("false", "rows"), ("true", "archived rows")]
        where query == "false" || stream.walksDeletions {
            let subject = "\(words) of '\(type)' (stream '\(stream.name)')"
            do throws(SourceError) {
                _ = try await get(
                    paths.objects(type), [("limit", "1"), ("archived", query)],
                    "reading \(words) of '\(type)'")
                checks.append(SourceCheck(subject, .ok, "readable"))
            } catch {
                checks.append(
                    SourceCheck(
                        subject, .failure,
                        error.description + ". The app needs the scope to read '\(type)'"))
            }
        }
        return checks
    }

    private func fields(of stream: StreamPlan) async -> [SourceCheck] {
        do throws(SourceError) {
            let plan = try plan(of: stream)
            let schema = try await schema(of: stream)?.fields ?? []
            let names = Set(schema.map(\.name))
            let wanted = Set(plan.fields + plan.properties).sorted()
            var checks = wanted.map { field in
                let subject = "field '\(field)' of '\(plan.mapping.object)'"
                return names.contains(field)
                    ? SourceCheck(subject, .ok, "present")
                    : SourceCheck(
                        subject, .failure,
                        "HubSpot has no such property and would leave it out silently"
                            + suggestion(for: field, among: names.sorted()))
            }
            if plan.stageProperties != nil {
                _ = try await pipelines(of: plan.mapping.object)
                checks.append(SourceCheck("pipelines of '\(plan.mapping.object)'", .ok, "readable"))
            }
            return checks
        } catch {
            return [SourceCheck("fields of stream '\(stream.name)'", .failure, error.description)]
        }
    }

    private func associations(of stream: StreamPlan) async -> [SourceCheck] {
        var checks: [SourceCheck] = []
        for association in stream.mapping.associations {
            let subject = "association '\(association.name)' of stream '\(stream.name)'"
            do throws(SourceError) {
                let path = paths.labels(from: stream.mapping.object, to: association.object)
                let response = try await get(path, [], "reading association labels")
                checks.append(label(association, subject, response))
            } catch {
                // Labels are configuration; reading them may need a right that reading associations does not.
                checks.append(
                    SourceCheck(subject, .warning, "its type could not be looked up: \(error.description)"))
            }
        }
        return checks
    }

    private func label(
        _ association: AssociationMapping, _ subject: String, _ response: HTTPResponse
    ) -> SourceCheck {
        guard let body = try? JSONValue(parsing: response.body, maximumDepth: 16),
            case .array(let labels)? = body["results"]
        else { return SourceCheck(subject, .failure, "the answer lists no labels") }
        let known = labels.compactMap { $0["typeId"]?.integer }
        guard let typeID = association.typeID else {
            return SourceCheck(
                subject, known.count > 1 ? .warning : .ok,
                known.count > 1
                    ? "takes any of the types \(known.sorted()); a row with two related records is set aside. "
                        + "Name a typeID" : "takes any type")
        }
        return known.contains(typeID)
            ? SourceCheck(subject, .ok, "type \(typeID) exists")
            : SourceCheck(
                subject, .failure,
                "there is no type \(typeID) to '\(association.object)'; there are "
                    + "\(known.sorted()). Each direction has ids of its own")
    }
}
