#pragma once

#include <cstddef>
#include <vector>

using Point = std::vector<double>;

/// A number that is moved while this lives, and then is what it was.
class Moved {
public:
    Moved(double& number, double step) : number_{number}, kept_{number} { number_ += step; }
    ~Moved() { number_ = kept_; }
    Moved(const Moved&) = delete;
    Moved& operator=(const Moved&) = delete;

private:
    double& number_;
    double kept_;
};

/// The gradient of f at each of the points, by central differences. The points are as
/// they were when this returns or throws.
template <typename Function>
std::vector<Point> numerical_gradient(Function&& f, std::vector<Point>& points)
{
    constexpr double h = 1e-4;
    const auto moved = [&](Point& x, std::size_t i, double step) {
        const Moved guard{x[i], step};
        return f(x);
    };

    std::vector<Point> gradients;
    for (Point& x : points) {
        Point gradient(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) {
            gradient[i] = (moved(x, i, h) - moved(x, i, -h)) / (2 * h);
        }
        gradients.push_back(gradient);
    }
    return gradients;
}
