import Schemas

/// The reference server never looks at this kind; these rules are ours: which skill, and what was found in it.
extension Faults {
  mutating func check(_ occurrence: Grafeas_V1_AISkillAnalysisOccurrence) {
    require(!occurrence.skillName.isEmpty, "ai_skill_analysis.skill_name", "name the skill that was analysed")
    for (index, finding) in occurrence.findings.enumerated() {
      let at = "ai_skill_analysis.findings[\(index)]"
      require(!finding.ruleID.isEmpty || !finding.title.isEmpty, "\(at).rule_id", "name the rule, or set title")
    }
  }
}
