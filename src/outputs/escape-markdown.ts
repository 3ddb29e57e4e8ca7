/** A text as it stands in Markdown: signs that it would take for its own; paths of Windows are full of backslashes. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, String.raw`\$&`);
}
