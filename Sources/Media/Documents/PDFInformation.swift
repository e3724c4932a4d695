/// What `pdfinfo` prints about a document and some of its pages.
///
/// The lines about pages come after those with the document's own words (title, author), which may hold anything, line feeds too. So only
/// what follows the last `Pages:` is believed.
struct PDFInformation {
  let pageCount: Int
  /// By page number.
  let sizes: [Int: PageSize]

  /// Most bytes that are read of it.
  static let longest = 4 << 20

  init(parsing output: [UInt8], box: PageBox) throws(MediaError) {
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
    guard let start = lines.lastIndex(where: { $0.count == 2 && $0[0] == "Pages:" }), let count = Int(lines[start][1]), count >= 0 else {
      throw MediaError(.corrupt, "the PDF's number of pages cannot be learnt from pdfinfo")
    }
    pageCount = count
    var boxes: [Int: PageSize] = [:]
    var rotations: [Int: Int] = [:]
    for words in lines[(start + 1)...] where words.count >= 4 && words[0] == "Page" {
      guard let number = Int(words[1]) else { continue }
      switch (words[2], box) {
      case ("size:", .crop) where words.count >= 6: boxes[number] = Self.size(words[3], words[5])
      case ("MediaBox:", .media) where words.count == 7: boxes[number] = Self.size(words[3...6].map { Double($0) })
      case ("rot:", _): rotations[number] = Int(words[3])
      default: break
      }
    }
    sizes = boxes.reduce(into: [:]) { sizes, page in
      let isTurned = (rotations[page.key] ?? 0) % 180 != 0
      sizes[page.key] = isTurned ? PageSize(width: page.value.height, height: page.value.width) : page.value
    }
  }

  private static func size(_ width: Substring, _ height: Substring) -> PageSize? {
    guard let width = Double(width), let height = Double(height) else { return nil }
    return PageSize(width: width, height: height)
  }

  /// From left, bottom, right, top.
  private static func size(_ edges: [Double?]) -> PageSize? {
    guard let left = edges[0], let bottom = edges[1], let right = edges[2], let top = edges[3] else { return nil }
    return PageSize(width: right - left, height: top - bottom)
  }
}
