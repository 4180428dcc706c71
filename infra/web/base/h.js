// Builds elements. Text is always text: nothing here reads HTML.

/**
 * `h("button", {class: "primary", onclick: save, disabled: false}, "Save")`.
 * A function under `on…` is a listener, `true` an empty attribute, `false`,
 * `null` and `undefined` no attribute, `.name` a property of the element, and
 * `ref` is called with the element.
 * @param {string|Function} tag
 * @param {object|null} [props]
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
  element.append(...flat(children));
  return element;
}

/** Replaces what is in `parent`. */
export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
  return parent;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== true);
}

function set(element, name, value) {
  if (name === "ref") value(element);
  else if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name.startsWith(".")) element[name.slice(1)] = value;
  else if (name === "value" && "value" in element) element.value = value ?? "";
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
}

/**
 * Makes the children of `parent` those of `items`, keeping the element of every
 * item that stays, and with it focus, selection and scroll.
 * @param {Element} parent
 * @param {object[]} items
 * @param {(item: object) => string|number} keyOf
 * @param {(item: object) => Element} create
 * @param {(element: Element, item: object) => void} [update] Called for those that stay.
 */
export function reconcile(parent, items, keyOf, create, update = () => {}) {
  const known = (parent[KNOWN] ??= new Map());
  const keys = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    keys.add(key);
    let element = known.get(key);
    if (element) update(element, item);
    else known.set(key, (element = create(item)));
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const [key, element] of known) {
    if (keys.has(key)) continue;
    element.remove();
    known.delete(key);
  }
}

const KNOWN = Symbol("known");

const SVG = "http://www.w3.org/2000/svg";

/** A line icon of 24 by 24; paths are in `icons.js`. */
export function svg(...paths) {
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("viewBox", "0 0 24 24");
  element.setAttribute("class", "icon");
  element.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    element.append(path);
  }
  return element;
}
