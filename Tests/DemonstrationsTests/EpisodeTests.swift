import Demonstrations
import Testing

@Suite struct EpisodeTests {
  @Test func thereAre24TypesOfAction() {
    #expect(ActionType.allCases.count == 24)
  }
}
