# frozen_string_literal: true

# Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says.

require "json"
require_relative "numerical_gradient.rb"

TAG = ENV.fetch("GRADPROOF_TAG", "")

# JSON has no numbers that are not finite: they are text.
NOT_FINITE = {
  "NaN" => Float::NAN, "Infinity" => Float::INFINITY, "-Infinity" => -Float::INFINITY
}.freeze

class ProbeError < StandardError; end

def send_frame(**frame)
  $stdout.puts(TAG + JSON.generate(frame))
  $stdout.flush
end

def receive_frame
  line = $stdin.gets
  line ? JSON.parse(line, symbolize_names: true) : { op: "bye" }
end

def number(value)
  NOT_FINITE.fetch(value, value)
end

def array(shape, numbers)
  data = numbers.map { |v| v.to_f.finite? ? v : v.to_s }
  { dtype: "f8", shape: shape, data: data }
end

# f, each of whose values the host is asked for.
def asked(id)
  n = -1
  lambda do |x|
    send_frame(op: "call", id: id, n: n += 1, x: array([x.size], x))
    answer = receive_frame
    raise ProbeError, answer[:text] if answer[:op] == "raise"

    number(answer[:y])
  end
end

def gradient(id, shape, x)
  raise ArgumentError, "x is one point" unless shape.size == 1

  # The one line to change where your routine is called otherwise.
  value = numerical_gradient(asked(id), x)
  send_frame(op: "result", id: id, value: array([value.size], value), x_after: array(shape, x))
rescue StandardError => e
  send_frame(op: "error", id: id, kind: e.class.name, text: e.message, x_after: array(shape, x))
end

def answer(frame)
  id = frame[:id]
  shape, data = frame[:x]&.values_at(:shape, :data)
  x = data&.map { |v| number(v) }
  case frame[:op]
  when "echo" then send_frame(op: "echo", id: id, x: array(shape, x))
  when "gradient" then gradient(id, shape, x)
  else send_frame(op: "unsupported", id: id, reason: frame[:op])
  end
end

send_frame(
  op: "hello",
  protocol: 1,
  name: "numerical_gradient",
  language: "Ruby",
  roles: ["point-gradient"],
  f: ["callback"]
)
until (frame = receive_frame)[:op] == "bye"
  answer(frame)
end
