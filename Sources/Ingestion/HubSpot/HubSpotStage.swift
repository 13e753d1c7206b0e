/// What a pipeline's stage means, from the pipeline's metadata: labels are editable, these are not.
struct HubSpotStage: Sendable, Hashable {
    /// Fields a mapping may name that are told by the stage.
    enum Field: String, Sendable, Hashable, CaseIterable {
        case isClosed = "@stage.isClosed"
        /// As written in the metadata, "0.2".
        case probability = "@stage.probability"
        /// Closed, with probability 1.
        case isWon = "@stage.isWon"
    }

    var isClosed: Bool
    var probability: String?

    init(metadata: JSONValue?) {
        func text(_ name: String) -> String? {
            switch metadata?[name] {
            case .string(let text)?: text
            case .number(let digits)?: digits
            case .bool(let value)?: value ? "true" : "false"
            default: nil
            }
        }
        // Deals say isClosed and probability, tickets say ticketState.
        isClosed = text("isClosed").map { $0 == "true" } ?? (text("ticketState") == "CLOSED")
        probability = text("probability").flatMap { DecimalNumber(ArraySlice($0.utf8)) == nil ? nil : $0 }
    }

    var isWon: Bool {
        isClosed
            && probability.flatMap { DecimalNumber(ArraySlice($0.utf8)) }?.scaled(by: 6) == .exact(1_000_000)
    }

    func value(_ field: Field) -> FieldValue {
        switch field {
        case .isClosed: .bool(isClosed)
        case .probability: probability.map { .number($0) } ?? .absent
        case .isWon: .bool(isWon)
        }
    }
}

/// The stages of an object type's pipelines. Stage ids are unique within a pipeline only.
struct HubSpotStages: Sendable, Hashable {
    private struct Key: Sendable, Hashable {
        var pipeline: String
        var stage: String
    }

    private var stages: [Key: HubSpotStage] = [:]

    /// Throws the reason the answer cannot be trusted.
    init(parsing bytes: [UInt8]) throws(JSONFault) {
        let document = try JSONValue(parsing: bytes)
        guard case .array(let pipelines)? = document["results"] else {
            throw JSONFault(offset: 0, reason: "the answer has no list of pipelines at '/results'")
        }
        for pipeline in pipelines {
            guard let id = pipeline["id"]?.string, case .array(let list)? = pipeline["stages"] else {
                throw JSONFault(offset: 0, reason: "a pipeline has no id or no stages")
            }
            for stage in list {
                guard let stageID = stage["id"]?.string else {
                    throw JSONFault(offset: 0, reason: "a stage of pipeline '\(id)' has no id")
                }
                stages[Key(pipeline: id, stage: stageID)] = HubSpotStage(metadata: stage["metadata"])
            }
        }
    }

    /// A row's value. A stage that is not in the metadata gives a structure, which no field takes: the row is set
    /// aside with it, instead of counting as open.
    func value(_ field: HubSpotStage.Field, pipeline: FieldValue, stage: FieldValue) -> FieldValue {
        guard case .text(let stageID) = stage else { return .absent }
        guard case .text(let pipelineID) = pipeline,
            let found = stages[Key(pipeline: pipelineID, stage: stageID)]
        else {
            return .structure(JSONValue.object(["unknownStage": .string(stageID)]).text)
        }
        return found.value(field)
    }
}
