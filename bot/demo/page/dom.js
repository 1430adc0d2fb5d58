// Small helpers to build elements without a framework.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function option(value, text, selected) {
  return make("option", { value, selected }, text);
}

// Says something to people who listen instead of looking.
export function announce(text) {
  document.getElementById("said").textContent = text;
}
