// Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says.

#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

//<routine>
#include "numerical_gradient.hpp"
//</routine>

using Json = nlohmann::json;
using Points = std::vector<std::vector<double>>;

/// f's failure, at the host's wish.
struct ProbeError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void send(const Json& frame)
{
    const char* tag = std::getenv("GRADPROOF_TAG");
    std::cout << (tag ? tag : "") << frame << std::endl;
}

Json receive()
{
    std::string line;
    return std::getline(std::cin, line) ? Json::parse(line) : Json{{"op", "bye"}};
}

/// JSON has no numbers that are not finite: they are text.
Json number(double value)
{
    if (std::isfinite(value)) {
        return value;
    }
    return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

double value_of(const Json& number)
{
    return number.is_string() ? std::stod(number.get<std::string>()) : number.get<double>();
}

Json array(const Json& shape, const Points& points)
{
    Json data = Json::array();
    for (const auto& point : points) {
        for (const double value : point) {
            data.push_back(number(value));
        }
    }
    return {{"dtype", "f8"}, {"shape", shape}, {"data", data}};
}

/// The points of an array: that of its one axis, or its rows.
Points points_of(const Json& array)
{
    const std::vector<std::size_t> shape = array["shape"];
    if (shape.size() != 1 && shape.size() != 2) {
        throw std::invalid_argument{"x is a point or an array of points"};
    }
    Points points(shape.size() == 1 ? 1 : shape[0], std::vector<double>(shape.back()));
    auto next = array["data"].begin();
    for (auto& point : points) {
        for (double& value : point) {
            value = value_of(*next++);
        }
    }
    return points;
}

using Function = std::function<double(const std::vector<double>&)>;

//<call>
/// What to change where your routine is called otherwise.
Points call(const Function& f, Points& points)
{
    return numerical_gradient(f, points);
}

//</call>
Json gradient(const Json& request)
{
    const Json& id = request["id"];
    const Json& shape = request["x"]["shape"];
    int n = 0;
    const auto f = [&](const std::vector<double>& x) {
        const Json point = array({x.size()}, {x});
        send({{"op", "call"}, {"id", id}, {"n", n++}, {"x", point}});
        const Json answer = receive();
        if (answer["op"] == "raise") {
            throw ProbeError{answer["text"].get<std::string>()};
        }
        return value_of(answer["y"]);
    };
    Points points;
    Json answer{{"op", "error"}, {"id", id}};
    try {
        points = points_of(request["x"]);
        const Points value = call(f, points);
        answer.update({{"op", "result"}, {"value", array(shape, value)}});
    } catch (const ProbeError& error) {
        answer.update({{"kind", "ProbeError"}, {"text", error.what()}});
    } catch (const std::exception& error) {
        answer.update({{"kind", "exception"}, {"text", error.what()}});
    }
    if (!points.empty()) {
        answer["x_after"] = array(shape, points);
    }
    return answer;
}

Json answer(const Json& request)
{
    if (request["op"] == "echo") {
        const Json& x = request["x"];
        return {{"op", "echo"}, {"id", request["id"]}, {"x", array(x["shape"], points_of(x))}};
    }
    if (request["op"] == "gradient") {
        return gradient(request);
    }
    return {{"op", "unsupported"}, {"id", request["id"]}, {"reason", request["op"]}};
}

int main()
{
    send({{"op", "hello"},
          {"protocol", 1},
          {"name", "numerical_gradient"},
          {"language", "C++"},
          {"roles", Json::array({"gradient"})},
          {"f", Json::array({"callback"})}});
    for (Json frame = receive(); frame["op"] != "bye"; frame = receive()) {
        send(answer(frame));
    }
}
