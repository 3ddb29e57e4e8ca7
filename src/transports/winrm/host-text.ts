/** What a host said, cut short and made harmless enough to quote in a message. */
export function quote(text: string, length = 40): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\s"]+/gu, ' ').trim();
  return plain.length > length ? `${plain.slice(0, length).toWellFormed()}...` : plain;
}
