internal import Model

extension DataverseSource {
    package func checks() async -> [SourceCheck] {
        var checks = [await clock()]
        for stream in streams {
            checks += await fields(of: stream)
            checks.append(await rights(of: stream))
        }
        if checks.contains(where: { $0.result == .ok }) {
            checks.insert(SourceCheck("credentials", .ok, "accepted by \(client.origin)"), at: 0)
        }
        return checks
    }

    private func clock() async -> SourceCheck {
        do throws(SourceError) {
            let theirs = try await serverTime()
            guard let ours = now?() else {
                return SourceCheck("clock", .ok, "Dataverse's clock says \(theirs)")
            }
            let seconds = abs(ours.milliseconds - theirs.milliseconds) / 1000
            return seconds <= 300
                ? SourceCheck("clock", .ok, "\(seconds) s apart from Dataverse's")
                : SourceCheck(
                    "clock", .failure,
                    "\(seconds) s apart from Dataverse's \(theirs); set this machine's clock")
        } catch {
            return SourceCheck("clock", .failure, error.description)
        }
    }

    /// Table, tracking and every mapped column, by the metadata.
    private func fields(of stream: StreamPlan) async -> [SourceCheck] {
        do throws(SourceError) {
            let plan = try plan(of: stream)
            let schema = try await schema(of: stream)?.fields ?? []
            let table = try await table(plan)
            let names = Set(schema.map(\.name))
            var checks = [tracking(plan, table)]
            let conditions = plan.mapping.selection.conditions.keys
            for field in Set(plan.fields).union(conditions).sorted() {
                let subject = "field '\(field)' of '\(plan.mapping.object)'"
                checks.append(
                    names.contains(field)
                        ? SourceCheck(subject, .ok, "present")
                        : SourceCheck(
                            subject, .failure,
                            "there is no such column, or it cannot be read"
                                + suggestion(for: field, among: names.sorted())))
            }
            if !plan.isTracked || !table.definition.isTracked, !names.contains("modifiedon") {
                checks.append(
                    SourceCheck(
                        "field 'modifiedon' of '\(plan.mapping.object)'", .failure,
                        "the table has no time of change to read it by; enable change tracking for it"))
            }
            if plan.needsCurrency {
                let codes = try await currencyCodes()
                checks.append(
                    SourceCheck("currencies", codes.isEmpty ? .failure : .ok, "\(codes.count) found"))
            }
            return checks
        } catch {
            return [SourceCheck("fields of stream '\(stream.name)'", .failure, error.description)]
        }
    }

    private func tracking(_ plan: DataverseStream, _ table: DataverseTable) -> SourceCheck {
        let subject = "change tracking of '\(plan.mapping.object)'"
        if !plan.isTracked {
            return SourceCheck(
                subject, .ok,
                "not used: the stream selects rows, or it is switched off. Deletions show in the "
                    + "weekly listing of ids")
        }
        return table.definition.isTracked
            ? SourceCheck(subject, .ok, "enabled")
            : SourceCheck(
                subject, .warning,
                "not enabled: changes are found by modifiedon and deletions only by the weekly listing of ids. "
                    + "Enable 'Track changes' for the table in Power Apps")
    }

    /// Whether rows can be read: metadata may be visible where rows are not.
    private func rights(of stream: StreamPlan) async -> SourceCheck {
        let subject = "rows of '\(stream.mapping.object)' (stream '\(stream.name)')"
        do throws(SourceError) {
            let definition = try await table(try plan(of: stream)).definition
            _ = try await get(
                try await address(
                    definition.entitySet, [("$select", definition.primaryID), ("$top", "1")]),
                "reading one row of '\(stream.mapping.object)'")
            return SourceCheck(
                subject, .ok,
                "readable; what the application user's role does not show is left out silently, so give it "
                    + "read access at organisation level")
        } catch {
            return SourceCheck(subject, .failure, error.description)
        }
    }
}
