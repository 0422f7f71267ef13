// Style sheets of screens, which come with their scripts: adopted, because the page's policy allows none inline.
export function adopt(text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}
