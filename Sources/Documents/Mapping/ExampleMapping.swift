/// A mapping to begin with, as `fairway init` writes it.
package enum ExampleMapping {
    /// The project's `config/mappings/salesforce.yaml`, for an installation without the project's directory.
    package static let salesforce = ##"""
        # How Salesforce objects become Fairway's facts. Field names of the organisation live here and nowhere else:
        # copy this file, change the right-hand sides, and name the copy in the source's configuration.
        #
        # A row that does not fit (an amount that is not a number, a date that is none, a missing partner) is kept in
        # quarantine with its reason; the other rows are read. Only fields that are named here are asked for and kept.
        #
        # The right-hand side of a field is one of
        # - a field, `Amount`; a dotted path follows a relationship, `Owner.Region__c`
        # - fields by preference, `[PartnerAccountId, Partner__c]`: the first that is not empty counts
        # - `{path: Type, map: {New: won, "*": open}}`: its values in Fairway's words; "*" is any other
        # - `{path: CloseDate, when: {field: IsClosed, is: true}}`: empty unless the condition holds (`is`, or `in: [a, b]`)
        # - `{cases: [{field: IsWon, is: true, gives: won}], otherwise: open}`: the first case that holds
        # - `{path: CreatedDate, timeZone: Europe/Berlin}`, for days: the zone in which a moment becomes one, and its `format`
        #
        # Dates (2026-01-31) stay the dates they are. Fields that hold a date and time need a zone to become days: the field's
        # own, the stream's `timeZone`, or the source's.

        streams:
          - stream: partners # the stream's name in cursors, facts and reports; never changed once data were read
            object: Account # the Salesforce object
            kind: partner # what its records become; the kinds and their fields are in config/schemas/mapping.schema.json
            where: {Type: Partner} # field: value, or [one, another]; all must hold. Omit it to read every record
            # filter: Type LIKE 'Partner%' # a SOQL condition of your own, beside `where`
            fields: # Fairway's field: Salesforce's field; a dotted path follows a relationship (Owner.Region__c)
              partner: Id # required
              name: Name # kept apart from facts, so that `fairway erase` can remove it
            attributes: # partners: what eligibility rules and strata can name; contracts: what plans diversify over
              region: Region__c
              tier: Tier__c
              type: PartnerType__c

          - stream: contracts
            object: Contract
            kind: contract
            fields:
              contract: Id # required
              partner: Partner__c # required; the partner the contract was sold through
              customer: AccountId # required
              renews: Renews__c # the contract this one renews, if any
              signedOn: CustomerSignedDate # required
              startsOn: StartDate # required
              endsOn: EndDate # required; the last day of the term
              cancelledOn: CancelledDate__c # the day the customer left early, if it did
              annualAmount: AnnualAmount__c # required; never negative
              currency: CurrencyIsoCode # ISO 4217; organisations with one currency omit this and set `currency` below
              discount: Discount__c # empty counts as no discount
            # Defaults, spelled out:
            discountUnit: percent # percent: 12.5 means 12.5 % | fraction: 0.125 does
            amountPeriod: year # year | month: what annualAmount's field holds; a monthly amount counts twelve times
            amountUnit: major # major: 1234.50 | minor: 123450
            keepsCustomerNames: false # true needs `customerName: Account.Name` among the fields
            deletions: true # ask for deleted records too, and record that they are gone
            # currency: EUR           # the currency of rows that name none
            # timeZone: Europe/Berlin # the zone in which moments become days; by default the source's
            # refreshHours: 24        # read everything again that often, for formula fields that change without a stamp
            # attributes:             # such as what a plan's diversification bonus counts over
            #   region: Region__c
            # constants:              # fixed text for a field the organisation does not keep
            #   discount: "0"

        # Streams that pilots and incentive plans can use, with the fields each needs.
        #  - stream: renewals
        #    object: Opportunity
        #    kind: renewal
        #    where: {Type: Existing Customer - Renewal}
        #    fields:
        #      contract: ContractId
        #      outcome: {cases: [{field: IsWon, is: true, gives: won}, {field: IsClosed, is: true, gives: lost}], otherwise: open}
        #      decidedOn: {path: CloseDate, when: {field: IsClosed, is: true}}
        #      annualAmount: Amount
        #      currency: CurrencyIsoCode
        #      reason: Loss_Reason__c # a code; free text is refused
        #  - stream: churn
        #    object: Contract
        #    kind: churn
        #    where: {Status: Cancelled}
        #    fields: {contract: Id, effectiveOn: CancelledDate__c}
        #    constants: {churn: voluntary}
        #  - stream: attributions # which partner a contract counts for, and since when
        #    object: ContractPartner__c
        #    kind: attribution
        #    fields: {contract: Contract__c, partner: [Partner__c, PartnerAccount__c], role: Role__c, from: From__c, until: Until__c}
        #  - stream: milestones
        #    object: Milestone__c
        #    kind: milestone
        #    fields: {contract: Contract__c, milestone: Name, reachedOn: ReachedDate__c}
        #  - stream: health
        #    object: HealthScore__c
        #    kind: reading
        #    fields: {customer: Account__c, value: Score__c, observedOn: ScoreDate__c} # at most six digits after the point
        #    constants: {measure: health}
        #  - stream: payments
        #    object: Payout__c
        #    kind: payment
        #    # Also contract, rule, occasion, entry and rate (in discountUnit), where the organisation keeps them.
        #    fields: {payment: Id, partner: Partner__c, component: Component__c, paidOn: PaidDate__c, amount: Amount__c, currency: CurrencyIsoCode}

        """##
}
