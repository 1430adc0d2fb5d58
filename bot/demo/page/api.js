// Talks to the demo server: reads JSON, does what a person does, hears what changed.

export async function read(path) {
  const response = await fetch(`/demo/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

export async function act(deed, given = {}) {
  const response = await fetch(`/demo/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(given),
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `${deed}: ${response.status}`);
  return body.result;
}

// Calls onChange({topic, id}) for every change, and onBack() whenever the line stood still and is open again.
export function listen(onChange, onBack) {
  const source = new EventSource("/demo/events");
  let broken = false;
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  source.onerror = () => { broken = true; };
  source.onopen = () => {
    if (broken) onBack();
    broken = false;
  };
}
