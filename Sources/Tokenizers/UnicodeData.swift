/// The Unicode data behind the ids, as Hugging Face `tokenizers` 0.23 has it.
///
/// Its regular expressions follow Unicode 16 and its normaliser Unicode 9, whereas the standard library's data move on with every
/// release of Swift. A mark that came with Unicode 10 or later has no combining class here: text with it keeps the order in which
/// it was written, as in the reference. BERT's categories and its lower case are of yet other versions. The arrays are in the files
/// `UnicodeData+….swift`; the scripts named there made them.
enum UnicodeData {}
